/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of TCP at which dockerd takes requests: those where it listens, and those that it is told to listen at when it
 * starts next. Whoever gets a request through has root. */
#include <string.h>

#include "daemon_judge.h"

#include "safe-docker/base/text.h"

#define PLAIN_PORT "2375"
#define TLS_PORT "2376"

struct address {
  const char *host, *port;        /* "0.0.0.0", "2375" */
  bool listening;                 /* seen at the process; else it is only told to */
  bool by_file, by_flag, by_unit; /* who tells it: daemon.json, the command line, docker.socket */
};

struct exposure {
  struct daemon_case this;
  SD_VEC(struct address) addresses;
  enum fact_truth tls, verify;
};

/* -- addresses ---------------------------------------------------------------------------------- */

static bool is_loopback(const char *host) {
  return sd_text_starts_with(host, "127.") || strcmp(host, "localhost") == 0 ||
         strcmp(host, "::1") == 0 || sd_text_starts_with(host, "::ffff:127.");
}

/* "tcp://0.0.0.0:2375", ":2375", "[::]:2376", "2375" of a socket unit. */
static struct address parse(struct sd_arena *arena, const char *text, const char *port) {
  struct address address = {.host = "0.0.0.0", .port = port};
  text += sd_text_starts_with(text, "tcp://") ? 6 : 0;
  text = sd_arena_strndup(arena, text, strcspn(text, "/"));
  if (*text != '\0' && text[strspn(text, "0123456789")] == '\0') {
    address.host = "::"; /* systemd.socket(5): a number alone */
    address.port = text;
    return address;
  }
  const char *colon = strrchr(text, ':');
  size_t len = colon != NULL && strchr(colon, ']') == NULL ? (size_t)(colon - text) : strlen(text);
  if (text[len] == ':' && text[len + 1] != '\0')
    address.port = text + len + 1;
  if (len >= 2 && text[0] == '[' && text[len - 1] == ']')
    address.host = sd_arena_strndup(arena, text + 1, len - 2);
  else if (len > 0)
    address.host = sd_arena_strndup(arena, text, len);
  return address;
}

/* The same port of every address is the same listener as the one that is told of. */
static void add(struct exposure *exposure, const struct address *address) {
  for (size_t i = 0; i < exposure->addresses.len; i++) {
    struct address *other = &exposure->addresses.items[i];
    if (strcmp(other->port, address->port) != 0 ||
        is_loopback(other->host) != is_loopback(address->host))
      continue;
    other->by_file = other->by_file || address->by_file;
    other->by_flag = other->by_flag || address->by_flag;
    other->by_unit = other->by_unit || address->by_unit;
    return;
  }
  *sd_vec_push(exposure->this.out->arena, &exposure->addresses) = *address;
}

/* What dockerd listens at besides: its metrics, and swarm mode, which has TLS of its own. */
static bool is_other(struct exposure *exposure, const struct address *address) {
  static const char *const swarm[] = {"2377", "7946"};
  struct sd_arena *arena = exposure->this.out->arena;
  const char *metrics = daemon_setting_text(&exposure->this.settings, "metrics-addr", "");
  for (size_t i = 0; i < sizeof(swarm) / sizeof(swarm[0]); i++)
    if (strcmp(address->port, swarm[i]) == 0)
      return true;
  return metrics != NULL && *metrics != '\0' &&
         strcmp(parse(arena, metrics, "").port, address->port) == 0;
}

static bool is_tcp(const char *host) {
  return sd_text_starts_with(host, "tcp://") || strstr(host, "://") == NULL;
}

static void add_listeners(struct exposure *exposure) {
  struct sd_arena *arena = exposure->this.out->arena;
  const struct sd_strv *list = &exposure->this.dockerd->listeners.list;
  for (size_t i = 0; i < list->v.len; i++) {
    struct address address = parse(arena, list->v.items[i], "");
    address.listening = true;
    if (sd_text_starts_with(list->v.items[i], "tcp://") && !is_other(exposure, &address))
      add(exposure, &address);
  }
}

static void add_sockets(struct exposure *exposure) {
  struct sd_arena *arena = exposure->this.out->arena;
  const struct sd_strv *list = &exposure->this.dockerd->sockets.list;
  for (size_t i = 0; i < list->v.len; i++) {
    const char first = list->v.items[i][0];
    struct address address = parse(arena, list->v.items[i], "");
    address.by_unit = true;
    if (first != '/' && first != '@' && !sd_text_starts_with(list->v.items[i], "vsock:"))
      add(exposure, &address);
  }
}

static void add_told(struct exposure *exposure, const char *host, bool by_file) {
  const char *port = exposure->tls == FACT_YES ? TLS_PORT : PLAIN_PORT;
  struct address address = parse(exposure->this.out->arena, host, port);
  address.by_file = by_file;
  address.by_flag = !by_file;
  if (sd_text_starts_with(host, "fd://"))
    add_sockets(exposure);
  else if (is_tcp(host))
    add(exposure, &address);
}

/* Those of the command line, then those of the file. */
static bool add_hosts(struct exposure *exposure) {
  size_t flags = daemon_setting(&exposure->this.settings, "hosts")->flags.v.len;
  struct sd_strv hosts = {0};
  bool known = daemon_setting_texts(&exposure->this.settings, "hosts", &hosts);
  for (size_t i = 0; i < hosts.v.len; i++)
    add_told(exposure, hosts.v.items[i], i >= flags);
  return known;
}

/* -- what mends them ----------------------------------------------------------------------------- */

/* The hosts of the command line without those of TCP, or those of the file; NULL: nothing is left, so dockerd's own default
 * holds. */
static const char *hosts_left(struct exposure *exposure, bool of_file) {
  size_t flags = daemon_setting(&exposure->this.settings, "hosts")->flags.v.len;
  struct sd_strv hosts = {0};
  struct sd_str out;
  bool any = false;
  (void)daemon_setting_texts(&exposure->this.settings, "hosts", &hosts);
  sd_str_init(&out, exposure->this.out->arena);
  for (size_t i = 0; i < hosts.v.len; i++) {
    if (is_tcp(hosts.v.items[i]) || (i >= flags) != of_file)
      continue;
    sd_str_add(&out, any ? ", " : "[");
    sd_str_add_json(&out, hosts.v.items[i]);
    any = true;
  }
  sd_str_add_char(&out, ']');
  return any ? sd_str_text(&out) : NULL;
}

static void mend_socket_unit(struct exposure *exposure, struct finding *finding) {
  struct sd_strv left = {0};
  const struct sd_strv *list = &exposure->this.dockerd->sockets.list;
  for (size_t i = 0; i < list->v.len; i++)
    if (list->v.items[i][0] == '/' || list->v.items[i][0] == '@')
      sd_strv_add(&left, exposure->this.out->arena, list->v.items[i]);
  if (left.v.len > 0 && daemon_mend_unit(&exposure->this, finding, "docker.socket", "Socket",
                                         "ListenStream", &left)) {
    finding_command(exposure->this.out, finding, "systemctl stop docker.service docker.socket");
    finding_command(exposure->this.out, finding, "systemctl start docker.socket docker.service");
  }
}

static void mend(struct exposure *exposure, struct finding *finding,
                 const struct address *address) {
  if (!daemon_case_is_hosts(exposure->this.dockerd))
    return;
  bool flags = daemon_setting(&exposure->this.settings, "hosts")->flags.v.len > 0;
  if (address->by_unit)
    mend_socket_unit(exposure, finding);
  if (address->by_file) /* beside the option dockerd starts with neither */
    daemon_mend_in_file(&exposure->this, finding, "hosts",
                        flags ? NULL : hosts_left(exposure, true));
  if (address->by_flag)
    daemon_mend(&exposure->this, finding, "hosts", hosts_left(exposure, false));
  if (!address->by_unit && !address->by_file && !address->by_flag)
    daemon_restart(&exposure->this, finding); /* it listens where it is told to no more */
}

/* -- judging ------------------------------------------------------------------------------------ */

static const char *shown(struct sd_arena *arena, const struct address *address) {
  return sd_arena_printf(arena,
                         strchr(address->host, ':') != NULL ? "tcp://[%s]:%s" : "tcp://%s:%s",
                         address->host, address->port);
}

static const char *reach(const struct address *address) {
  return is_loopback(address->host)
             ? "everybody on this host, people in containers with the host's network among them"
             : "everybody whose packets reach this host";
}

static void judge_listening(struct exposure *exposure, const struct address *address,
                            const char *subject) {
  struct findings *out = exposure->this.out;
  struct finding *finding = finding_bad(
      out, CHECK_TCP_LISTENING, subject, "%s %s at %s, for %s", daemon_case_name(&exposure->this),
      address->listening ? "listens" : "is told to listen", subject, reach(address));
  finding_remedy(
      out, finding,
      "let it listen at its unix socket alone; clients elsewhere reach it by ssh: docker "
      "-H ssh://. Who uses the address now no longer can");
  mend(exposure, finding, address);
}

static void judge_tls(struct exposure *exposure, const struct address *address,
                      const char *subject) {
  struct findings *out = exposure->this.out;
  const char *name = daemon_case_name(&exposure->this);
  struct finding *finding = NULL;
  if (exposure->verify == FACT_YES) {
    finding_pass(out, CHECK_TCP_WITHOUT_TLS, subject, "only certificates of the CA are let in");
    return;
  }
  if (exposure->tls == FACT_UNKNOWN || exposure->verify == FACT_UNKNOWN) {
    finding = finding_unknown(out, CHECK_TCP_WITHOUT_TLS, subject,
                              "whether %s asks for certificates there is not known", name);
    finding_remedy(out, finding, "mend %s first, and ask again as root", exposure->this.subject);
    return;
  }
  if (exposure->tls == FACT_YES)
    finding = finding_bad(out, CHECK_TCP_WITHOUT_TLSVERIFY, subject,
                          "%s encrypts, but asks nobody who they are: %s is root here", name,
                          reach(address));
  else
    finding = finding_bad(out, CHECK_TCP_WITHOUT_TLS, subject,
                          "%s takes requests without TLS: %s is root here", name, reach(address));
  finding_remedy(
      out, finding,
      "let it listen at its unix socket alone. Who needs TCP makes a CA and certificates "
      "for both sides, and sets tlsverify, tlscacert, tlscert and tlskey: "
      "docs.docker.com/engine/security/protect-access");
  mend(exposure, finding, address);
}

static void judge_port(struct exposure *exposure, const struct address *address,
                       const char *subject) {
  struct findings *out = exposure->this.out;
  if (strcmp(address->port, PLAIN_PORT) != 0)
    return;
  struct finding *finding =
      finding_bad(out, CHECK_TCP_2375, subject,
                  "port 2375 is the one for requests without TLS, and looked for all over the net");
  finding_remedy(out, finding, "let it listen at its unix socket alone, or with TLS at port 2376");
  mend(exposure, finding, address);
}

static void judge_metrics(struct daemon_case *this) {
  struct findings *out = this->out;
  const char *metrics = daemon_setting_text(&this->settings, "metrics-addr", "");
  if (metrics == NULL || *metrics == '\0')
    return;
  if (is_loopback(parse(out->arena, metrics, "").host)) {
    finding_pass(out, CHECK_METRICS_LISTENING, metrics, "metrics are for this host alone");
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_METRICS_LISTENING, metrics,
                  "%s tells everybody who reaches this address how much it does, without TLS",
                  daemon_case_name(this));
  finding_remedy(out, finding,
                 "let it listen at 127.0.0.1; what gathers the metrics must run on this "
                 "host then");
  daemon_mend(this, finding, "metrics-addr", "\"127.0.0.1:9323\"");
}

/* Where tlsverify is given, be it false, dockerd has TLS on. */
static void read_tls(struct exposure *exposure) {
  const struct daemon_settings *settings = &exposure->this.settings;
  exposure->verify = daemon_setting_truth(settings, "tlsverify", false);
  exposure->tls = daemon_setting_truth(settings, "tls", false);
  if (exposure->verify == FACT_YES || daemon_setting_given(settings, "tlsverify"))
    exposure->tls = FACT_YES;
}

static void judge_dockerd(const struct facts_daemons *facts, const struct facts_dockerd *dockerd,
                          struct findings *out) {
  struct exposure exposure = {0};
  daemon_case_begin(out, facts, dockerd, &exposure.this);
  read_tls(&exposure);
  if (dockerd->pid.known)
    add_listeners(&exposure);
  bool known = add_hosts(&exposure);
  for (size_t i = 0; i < exposure.addresses.len; i++) {
    const char *subject = shown(out->arena, &exposure.addresses.items[i]);
    judge_listening(&exposure, &exposure.addresses.items[i], subject);
    judge_tls(&exposure, &exposure.addresses.items[i], subject);
    judge_port(&exposure, &exposure.addresses.items[i], subject);
  }
  if (exposure.addresses.len == 0 && known && (!dockerd->pid.known || dockerd->listeners.known))
    finding_pass(out, CHECK_TCP_LISTENING, exposure.this.subject, "%s listens at no address of TCP",
                 daemon_case_name(&exposure.this));
  else if (!known || (dockerd->pid.known && !dockerd->listeners.known)) {
    struct finding *finding =
        finding_unknown(out, CHECK_TCP_LISTENING, exposure.this.subject,
                        "where %s listens is not all known", daemon_case_name(&exposure.this));
    finding_remedy(out, finding, "mend %s first, and ask again as root", exposure.this.subject);
  }
  judge_metrics(&exposure.this);
  exposure_judge_files(&exposure.this);
}

/* A user's own: who gets in has that user's rights, and no more. */
static void judge_users(const struct facts_dockerd *dockerd, struct findings *out) {
  bool good = dockerd->listeners.known;
  const char *user = dockerd->user != NULL ? dockerd->user : "?";
  for (size_t i = 0; i < dockerd->listeners.list.v.len; i++) {
    const char *address = dockerd->listeners.list.v.items[i];
    if (!sd_text_starts_with(address, "tcp://"))
      continue;
    good = false;
    struct finding *finding =
        finding_bad(out, CHECK_ROOTLESS_LISTENING, user,
                    "the dockerd of %s listens at %s: who gets in there has the rights of %s", user,
                    address, user);
    finding_remedy(out, finding, "tell %s to let it listen at its unix socket alone", user);
  }
  if (good)
    finding_pass(out, CHECK_ROOTLESS_LISTENING, user, "it listens at no address of TCP");
  else if (!dockerd->listeners.known) {
    struct finding *finding = finding_unknown(out, CHECK_ROOTLESS_LISTENING, user,
                                              "where the dockerd of %s listens is not known", user);
    finding_remedy(out, finding, "ask as root, on the host itself: safe-docker doctor");
  }
}

void doctor_judge_exposure(const struct facts *facts, struct findings *out) {
  const struct facts_daemons *daemons = &facts->daemons;
  if (daemons->looked != FACT_YES) {
    struct finding *finding =
        finding_unknown(out, CHECK_TCP_LISTENING, "", "which dockerd there are is not known");
    finding_remedy(out, finding, "ask as root, on the host itself: safe-docker doctor");
    return;
  }
  for (size_t i = 0; i < daemons->list.len; i++) {
    const struct facts_dockerd *dockerd = &daemons->list.items[i];
    if (dockerd->uid.known && dockerd->uid.value != 0)
      judge_users(dockerd, out);
    else
      judge_dockerd(daemons, dockerd, out);
  }
}
