/* SPDX-License-Identifier: Apache-2.0 */
/* Single keys: the daemon, isolation, networks, images, confinement, the audit. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "lint.h"

/* -- docker, isolation --------------------------------------------------------------------------- */

struct endpoint {
  const char *key; /* "docker", "docker.contexts.NAME" */
  const struct sd_endpoint *at;
};

static void judge_run_as(const struct lint *lint, const struct endpoint *endpoint) {
  static const struct lint_words root = {
      SD_POLICY_DANGER, "run-as-root",
      "finds a mistake of the docker command or of a plugin that it loads, and is root on the "
      "host; "
      "files that the command writes are root's",
      "write \"caller\": the group of the socket is taken up without it"};
  static const struct lint_words account = {
      SD_POLICY_NOTE, "run-as-account",
      "reaches, by a mistake of the docker command, what that account may, and so what other "
      "callers "
      "do through it",
      "write \"caller\", or give an account that owns nothing but the key of the daemon"};
  const char *name = endpoint->at->run_as;
  const char *key = sd_arena_printf(lint->arena, "%s.run_as", endpoint->key);
  const struct sd_json *node = lint_at(lint, key);
  uid_t uid = (uid_t)-1;
  if (node == NULL || strcmp(name, "caller") == 0)
    return;
  bool found = lint->facts->find_user != NULL &&
               lint->facts->find_user(name, &uid) == SD_ACCOUNT_THERE && uid == 0;
  if (found || strcmp(name, "root") == 0)
    lint_add(lint, node, key, &root, "%s: the real docker command runs as root", key);
  else
    lint_add(lint, node, key, &account, "%s: the real docker command runs as %s", key,
             sd_text_safe(lint->arena, name));
}

/* SECURITY.md: the keys of a remote daemon are then the caller's. */
static void judge_host(const struct lint *lint, const struct endpoint *endpoint) {
  static const struct lint_words key_words = {
      SD_POLICY_DANGER, "remote-key",
      "reads the client key, which the docker command opens with the caller's rights, and gives "
      "orders "
      "to the daemon without safe-docker",
      "give run_as an account of its own, to which alone the key belongs"};
  static const struct lint_words ssh = {
      SD_POLICY_WARNING, "remote-ssh",
      "uses the key that lets it in by ssh for itself, and gives orders to the daemon without "
      "safe-docker",
      "give run_as an account of its own, to which alone the ssh key belongs"};
  static const struct lint_words owner = {
      SD_POLICY_NOTE, "remote-owner",
      "owns what another host's caller made on that daemon, where both accounts have the same "
      "number",
      "give the hosts that use this daemon the same accounts, or a daemon for each"};
  static const struct lint_words machine = {
      SD_POLICY_WARNING, "remote-machine",
      "binds any file of that machine, where the daemon is not on this host after all: paths are "
      "judged here",
      "write \"auto\" where the address may lead to another machine"};
  const char *key = sd_arena_printf(lint->arena, "%s.host", endpoint->key);
  const struct sd_json *node = lint_at(lint, key);
  bool remote = !sd_text_starts_with(endpoint->at->host, "unix://");
  if (remote && endpoint->at->machine == SD_MACHINE_THIS)
    lint_add(lint, node, key, &machine, "%s: %s is taken for a daemon of this host", key,
             sd_text_safe(lint->arena, endpoint->at->host));
  else if (remote)
    lint_add(lint, node, key, &owner, "%s: containers there belong to a number, not to a name",
             key);
  if (strcmp(endpoint->at->run_as, "caller") != 0)
    return;
  if (sd_text_starts_with(endpoint->at->host, "tcp://"))
    lint_add(lint, node, key, &key_words, "%s: a remote daemon, with a key that callers read", key);
  if (sd_text_starts_with(endpoint->at->host, "ssh://"))
    lint_add(lint, node, key, &ssh, "%s: a remote daemon, with ssh keys of the callers", key);
}

static void judge_contexts(const struct lint *lint) {
  static const struct lint_words words = {
      SD_POLICY_NOTE, "context",
      "does on that daemon what this policy allows, though its accounts, homes and groups may have "
      "other numbers there",
      "name contexts in overrides, for those who have the same account on both hosts"};
  const struct sd_policy *policy = &lint->view->policy;
  for (size_t i = 0; i < policy->docker.contexts.len; i++) {
    const struct sd_endpoint *at = &policy->docker.contexts.items[i];
    const struct endpoint context = {sd_arena_printf(lint->arena, "docker.contexts.%s", at->name),
                                     at};
    lint_add(lint, lint_at(lint, context.key), context.key, &words,
             "%s: callers may choose the daemon at %s", context.key,
             sd_text_safe(lint->arena, at->host));
    judge_run_as(lint, &context);
    judge_host(lint, &context);
  }
}

void lint_docker(const struct lint *lint) {
  static const struct lint_words shared = {
      SD_POLICY_WARNING, "isolation-shared",
      "enters containers of others, reads their environment and files, and stops them",
      "write \"owner\""};
  static const struct lint_words open = {
      SD_POLICY_DANGER, "socket-open",
      "talks to the daemon without safe-docker: docker run -v /:/host --privileged",
      "chmod 0660 the socket, and keep its group empty"};
  const struct endpoint own = {"docker", &lint->view->policy.docker.endpoint};
  judge_run_as(lint, &own);
  judge_host(lint, &own);
  judge_contexts(lint);
  if (lint->facts->socket_open)
    lint_add(lint, lint_at(lint, "docker.host"), "docker.host", &open,
             "docker.host: everybody on this host may write to the socket");
  if (lint->view->policy.isolation == SD_ISOLATION_SHARED)
    lint_add(lint, lint_at(lint, "isolation"), "isolation", &shared,
             "isolation: containers and volumes of all callers are one another's");
}

/* -- network ------------------------------------------------------------------------------------- */

static bool is_only(const char *pattern, const char *signs) {
  return pattern[strspn(pattern, signs)] == '\0';
}

static void judge_networks(const struct lint *lint) {
  static const struct lint_words host = {
      SD_POLICY_DANGER, "network-host",
      "reaches services that listen on 127.0.0.1 of the host, takes its free ports, and abstract "
      "unix "
      "sockets such as containerd's (CVE-2020-15257)",
      "leave it out; publish ports, or let callers make networks of their own"};
  static const struct lint_words all = {
      SD_POLICY_WARNING, "network-pattern",
      "joins the networks of other people's services, databases without a password among them",
      "name the networks that are for everybody"};
  static const struct lint_words joined = {
      SD_POLICY_NOTE, "network-container",
      "joins the network of another container of its own, past what was published",
      "leave it out where no program needs it"};
  const struct sd_json *list = lint_at(lint, "network.allow");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    if (strcmp(item->string, "host") == 0)
      lint_add(lint, item, "network.allow", &host,
               "network.allow: host is the network of the host itself");
    else if (is_only(item->string, "*?"))
      lint_add(lint, item, "network.allow", &all, "network.allow: %s is every network but host",
               item->string);
    else if (sd_text_starts_with(item->string, "container:"))
      lint_add(lint, item, "network.allow", &joined,
               "network.allow: containers of one caller may share a network");
  }
}

static void judge_addresses(const struct lint *lint) {
  static const struct lint_words everywhere = {
      SD_POLICY_WARNING, "publish-everywhere",
      "offers a service to everybody who reaches the host, past its firewall, whose rules come "
      "after "
      "Docker's own",
      "write the addresses that are meant: \"127.0.0.1\", \"::1\""};
  static const struct lint_words outside = {
      SD_POLICY_NOTE, "publish-outside", "offers a service to everybody who reaches that address",
      "write \"127.0.0.1\" and \"::1\" where services are for this host"};
  const struct sd_json *list = lint_at(lint, "network.publish.addresses");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    const char *address = lint->view->policy.network.addresses.v.len == list->items.len
                              ? lint->view->policy.network.addresses.v.items[i]
                              : item->string;
    if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0)
      lint_add(lint, item, "network.publish.addresses", &everywhere,
               "network.publish.addresses: %s is every address of the host", lint_text(lint, item));
    else if (!sd_text_starts_with(address, "127.") && strcmp(address, "::1") != 0)
      lint_add(lint, item, "network.publish.addresses", &outside,
               "network.publish.addresses: %s is not for this host alone", lint_text(lint, item));
  }
}

void lint_network(const struct lint *lint) {
  static const struct lint_words low = {SD_POLICY_WARNING, "publish-low-ports",
                                        "takes the port of a service of the host before it starts, "
                                        "such as 22 or 443, and asks its users "
                                        "for their passwords",
                                        "write \"1024-65535\""};
  static const struct lint_words all = {
      SD_POLICY_WARNING, "publish-all",
      "publishes whatever ports the image names, on ports that Docker chooses, on every address",
      "write false; callers publish the ports that they need"};
  const struct sd_policy *policy = &lint->view->policy;
  judge_networks(lint);
  judge_addresses(lint);
  if (policy->network.addresses.v.len > 0 && policy->network.port_first < 1024)
    lint_add(lint, lint_at(lint, "network.publish.ports"), "network.publish.ports", &low,
             "network.publish.ports: ports below 1024 belong to services of the host");
  if (policy->network.publish_all)
    lint_add(lint, lint_at(lint, "network.publish.all"), "network.publish.all", &all,
             "network.publish.all: --publish-all is allowed");
}

/* -- images -------------------------------------------------------------------------------------- */

/* Whether the text of a pattern has the caller in it, and nothing behind that could make another's name of it: "{user}*"
 * of al is also about alice. */
static bool is_one_callers(const char *pattern) {
  const char *name = strstr(pattern, "{user}");
  const char *end = name != NULL ? name : strstr(pattern, "{uid}");
  end = end != NULL ? strchr(end, '}') : NULL;
  if (end == NULL)
    return false;
  size_t len = strcspn(end, "/");
  size_t sign = strcspn(end, "*?[");
  return len <= sign;
}

static void judge_own(const struct lint *lint) {
  static const struct lint_words words = {
      SD_POLICY_WARNING, "images-own",
      "replaces an image that others run, or that the administrator runs, by one of its own making",
      "write names with the caller in them: \"{user}/**\", \"registry.example.com/{user}/**\""};
  const struct sd_json *list = lint_at(lint, "images.own");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    if (!is_one_callers(item->string))
      lint_add(
          lint, item, "images.own", &words,
          "images.own: %s is about names of several callers: each may replace what others made",
          lint_text(lint, item));
  }
}

static void judge_image(const struct lint *lint, const struct sd_json *item,
                        const struct lint_words *words) {
  static const char hub[] = "docker.io/";
  const char *pattern = item->string;
  if (lint->view->policy.images.require_digest)
    return;
  if (strcmp(pattern, "**") == 0)
    lint_add(lint, item, "images.allow", words,
             "images.allow: ** is any image of any registry, and no digest is asked for");
  else if (is_only(sd_text_starts_with(pattern, hub) ? pattern + strlen(hub) : pattern, "*?/"))
    lint_add(lint, item, "images.allow", words,
             "images.allow: %s is any image of Docker Hub, and no digest is asked for",
             lint_text(lint, item));
}

/* Whether one of two patterns has the other, as far as their texts tell. */
static bool is_among(const struct sd_json *patterns, const char *text) {
  for (size_t i = 0; patterns != NULL && i < patterns->items.len; i++)
    if (sd_policy_matches(patterns->items.items[i]->string, text) ||
        sd_policy_matches(text, patterns->items.items[i]->string))
      return true;
  return false;
}

/* What is allowed is then whatever a caller calls so. */
static void judge_overlap(const struct lint *lint, const struct lint_words *words) {
  const struct sd_json *own = lint_at(lint, "images.own");
  const struct sd_json *allow = lint_at(lint, "images.allow");
  for (size_t i = 0; own != NULL && i < own->items.len; i++)
    if (is_among(allow, own->items.items[i]->string))
      lint_add(lint, own->items.items[i], "images.own", words,
               "images.own: %s is in images.allow, too: callers run what they call so",
               lint_text(lint, own->items.items[i]));
}

static void judge_trust(const struct lint *lint) {
  static const struct lint_words own = {
      SD_POLICY_NOTE, "images-own-allowed",
      "builds, loads or tags an image of its own making, which no registry has seen, and runs it",
      "leave it out of images.allow where only images of registries may run, or write "
      "images.verify"};
  static const struct lint_words local = {
      SD_POLICY_NOTE, "images-local-verify", "nothing: the name is denied",
      "push such images to a registry of the site, or leave images.local out"};
  const struct sd_policy *policy = &lint->view->policy;
  const struct sd_json *list = lint_at(lint, "images.local");
  if (policy->images.verify.command.v.len == 0 && !sd_strv_contains(&policy->images.allow, "**"))
    judge_overlap(lint, &own);
  for (size_t i = 0; policy->images.verify.command.v.len > 0 && list != NULL && i < list->items.len;
       i++)
    lint_add(lint, list->items.items[i], "images.local", &local,
             "images.local: images.verify is set, and %s has no digest that could be verified",
             lint_text(lint, list->items.items[i]));
}

void lint_images(const struct lint *lint) {
  static const struct lint_words any = {
      SD_POLICY_NOTE, "images-any",
      "runs an image of anybody's making; its program has the rights of the container alone, but "
      "also "
      "the caller's folders and network",
      "name registries and folders that are trusted, or write require_digest true"};
  static const struct lint_words credentials = {
      SD_POLICY_NOTE, "images-credentials",
      "runs an image that another caller's log-in has brought to the host, where images.allow lets "
      "it "
      "name it",
      "write \"policy\", or narrow images.allow to names with {user}"};
  const struct sd_policy *policy = &lint->view->policy;
  const struct sd_json *list = lint_at(lint, "images.allow");
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    judge_image(lint, list->items.items[i], &any);
  if (policy->images.credentials == SD_CREDENTIALS_CALLER)
    lint_add(lint, lint_at(lint, "images.credentials"), "images.credentials", &credentials,
             "images.credentials: images come with the log-ins of the callers");
  judge_own(lint);
  judge_trust(lint);
}

/* -- confinement --------------------------------------------------------------------------------- */

void lint_confinement(const struct lint *lint) {
  static const struct lint_words off = {
      SD_POLICY_WARNING, "apparmor-off",
      "meets Docker's own profile at best: /proc and /sys are then guarded by less",
      "write \"require\" where the host has AppArmor, else \"auto\""};
  static const struct lint_words automatic = {SD_POLICY_NOTE, "apparmor-auto",
                                              "runs without AppArmor from the day on which the "
                                              "kernel starts without it, and nobody is told",
                                              "write \"require\" where the host has AppArmor"};
  static const struct lint_words other = {
      SD_POLICY_NOTE, "apparmor-allow", "chooses whichever of the profiles confines least",
      "see that each confines as much as safe-docker-default, or name it in an override"};
  static const struct lint_words callers = {
      SD_POLICY_NOTE, "seccomp-caller-profiles",
      "makes a program fail by refusing single calls, also one with set-user-id that then does not "
      "drop "
      "its rights; no profile allows more than the policy's",
      "write \"deny\" where callers have no profiles of their own"};
  const struct sd_policy *policy = &lint->view->policy;
  const struct sd_json *list = lint_at(lint, "apparmor.allow");
  if (policy->apparmor.mode == SD_APPARMOR_OFF)
    lint_add(lint, lint_at(lint, "apparmor.mode"), "apparmor.mode", &off,
             "apparmor.mode: safe-docker names no AppArmor profile");
  if (policy->apparmor.mode == SD_APPARMOR_AUTO)
    lint_add(lint, lint_at(lint, "apparmor.mode"), "apparmor.mode", &automatic,
             "apparmor.mode: containers run without AppArmor where the host has none");
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    lint_add(lint, list->items.items[i], "apparmor.allow", &other,
             "apparmor.allow: callers may choose %s", lint_text(lint, list->items.items[i]));
  if (policy->seccomp.caller_profiles == SD_PROFILES_STRICTER)
    lint_add(lint, lint_at(lint, "seccomp.caller_profiles"), "seccomp.caller_profiles", &callers,
             "seccomp.caller_profiles: callers may bring stricter profiles");
}

/* -- audit --------------------------------------------------------------------------------------- */

/* No user of a host reaches these; any other folder may be theirs. */
static bool is_place_of_logs(const char *path) {
  return sd_text_starts_with(path, "/var/log/") || sd_text_starts_with(path, "/var/lib/") ||
         sd_text_starts_with(path, "/var/audit/");
}

void lint_audit(const struct lint *lint) {
  static const struct lint_words off = {
      SD_POLICY_WARNING, "audit-off", "tries what it likes; nobody sees what was asked and refused",
      "write syslog true, or a file such as /var/log/safe-docker/audit.jsonl"};
  static const struct lint_words optional = {
      SD_POLICY_WARNING, "audit-optional",
      "fills the disk or stops the log's reader first, and then acts without a record",
      "write required true"};
  static const struct lint_words place = {
      SD_POLICY_WARNING, "audit-file-place",
      "reads what others run, with their options, where the folder is open to it, or fills the "
      "disk "
      "that others work on",
      "write a file below /var/log, in a folder that is root's alone"};
  const struct sd_policy *policy = &lint->view->policy;
  bool has_file = policy->audit.file[0] != '\0';
  if (!policy->audit.syslog && !has_file)
    lint_add(lint, lint_at(lint, "audit.syslog"), "audit.syslog", &off,
             "audit: neither syslog nor a file: requests leave no record");
  else if (!policy->audit.required)
    lint_add(lint, lint_at(lint, "audit.required"), "audit.required", &optional,
             "audit.required: requests pass that cannot be recorded");
  if (has_file && !is_place_of_logs(policy->audit.file))
    lint_add(lint, lint_at(lint, "audit.file"), "audit.file", &place,
             "audit.file: %s is no place for logs", sd_text_safe(lint->arena, policy->audit.file));
}
