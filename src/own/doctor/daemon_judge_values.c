/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are a text: each with a judge of its own. */
#include <string.h>

#include "daemon_judge.h"

#include "safe-docker/confine/seccomp.h"

/* The text, or NULL after saying that it is not known. */
static const char *value_of(struct daemon_case *this, enum check_id check, const char *key,
                            const char *fallback) {
  const char *value = daemon_setting_text(&this->settings, key, fallback);
  if (value != NULL)
    return value;
  struct finding *finding =
      finding_unknown(this->out, check, this->subject, "what %s is for %s is not known", key,
                      daemon_case_name(this));
  finding_remedy(this->out, finding, "mend %s first, and ask again as root", this->subject);
  return NULL;
}

static void judge_userns(struct daemon_case *this) {
  struct findings *out = this->out;
  const char *value = value_of(this, CHECK_USERNS_REMAP, "userns-remap", "");
  if (value == NULL)
    return;
  if (*value != '\0') {
    finding_pass(out, CHECK_USERNS_REMAP, this->subject, "root in a container is %s on the host",
                 strcmp(value, "default") == 0 ? "an account without rights" : value);
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_USERNS_REMAP, this->subject,
                  "root in a container of %s is root on the host", daemon_case_name(this));
  finding_remedy(
      out, finding,
      "give containers user ids of their own, or run a rootless dockerd for each user. "
      "Images and containers of before are not seen any more, and a bind mount of a home "
      "is no longer the caller's in the container: with safe-docker, whose callers are "
      "themselves there, this may cost more than it gives");
  daemon_mend(this, finding, "userns-remap", "\"default\"");
}

/* -- seccomp ------------------------------------------------------------------------------------ */

static const char *wrong_profile(struct daemon_case *this, const struct fact_daemon_file *place) {
  struct sd_seccomp_profile *profile = NULL;
  struct sd_error why;
  sd_error_init(&why, this->out->arena);
  return sd_seccomp_parse(this->out->arena, place->path, place->text, strlen(place->text), &profile,
                          &why)
             ? NULL
             : why.message;
}

static void bad_seccomp(struct daemon_case *this, const char *what) {
  struct finding *finding =
      finding_bad(this->out, CHECK_SECCOMP_PROFILE, this->subject, "%s", what);
  finding_remedy(this->out, finding,
                 "let dockerd use the profile that it brings along; programs that need more system "
                 "calls get a profile of their own: docker run --security-opt seccomp=");
  daemon_mend(this, finding, "seccomp-profile", NULL);
}

static void judge_seccomp_file(struct daemon_case *this) {
  struct findings *out = this->out;
  const struct fact_daemon_file *place = daemon_place(this->dockerd, "seccomp-profile");
  struct sd_arena *arena = out->arena;
  if (place != NULL && daemon_is_missing(place)) {
    bad_seccomp(this,
                sd_arena_printf(arena, "%s, the seccomp profile, is not there: no container starts",
                                place->path));
    return;
  }
  if (place == NULL || place->text == NULL) {
    struct finding *finding = finding_unknown(out, CHECK_SECCOMP_PROFILE, this->subject,
                                              "the seccomp profile could not be read");
    finding_remedy(out, finding, "it must be the path of a file of root's, smaller than 1 MiB");
    return;
  }
  if (daemon_judge_changers(this, CHECK_SECCOMP_PROFILE, "the seccomp profile", place))
    return;
  const char *wrong = wrong_profile(this, place);
  if (wrong != NULL)
    bad_seccomp(this, sd_arena_printf(arena, "the seccomp profile does not compile: %s", wrong));
  else
    finding_pass(out, CHECK_SECCOMP_PROFILE, this->subject, "%s compiles", place->path);
}

static void judge_seccomp(struct daemon_case *this) {
  const char *value = value_of(this, CHECK_SECCOMP_PROFILE, "seccomp-profile", "builtin");
  if (value == NULL)
    return;
  if (strcmp(value, "builtin") == 0)
    finding_pass(this->out, CHECK_SECCOMP_PROFILE, this->subject, "it is the one of dockerd");
  else if (strcmp(value, "unconfined") == 0)
    bad_seccomp(this, "containers may make every system call: seccomp-profile is unconfined");
  else
    judge_seccomp_file(this);
}

/* -- namespaces --------------------------------------------------------------------------------- */

struct mode_row {
  enum check_id check;
  const char *key, *wanted, *also, *bad, *remedy;
};

static void judge_mode(struct daemon_case *this, const struct mode_row *row, const char *fallback) {
  const char *value = value_of(this, row->check, row->key, fallback);
  if (value == NULL)
    return;
  if (strcmp(value, row->wanted) == 0 || (row->also != NULL && strcmp(value, row->also) == 0)) {
    finding_pass(this->out, row->check, this->subject, "%s is %s %s", row->key, value,
                 daemon_setting_source(&this->settings, row->key));
    return;
  }
  struct finding *finding =
      finding_bad(this->out, row->check, this->subject, "%s (%s is %s %s)", row->bad, row->key,
                  value, daemon_setting_source(&this->settings, row->key));
  finding_remedy(this->out, finding, "%s", row->remedy);
  daemon_mend(this, finding, row->key, sd_arena_printf(this->out->arena, "\"%s\"", row->wanted));
}

/* By default private where cgroup v2 is all there is, else the host's. */
static void judge_cgroupns(struct daemon_case *this) {
  static const struct mode_row row = {
      CHECK_CGROUPNS,
      "default-cgroupns-mode",
      "private",
      NULL,
      "containers see the cgroups of the host",
      "make it private; programs that look for the host's cgroups, such as some monitors, need "
      "--cgroupns=host"};
  if (this->facts->cgroup2 == FACT_UNKNOWN &&
      !daemon_setting_given(&this->settings, "default-cgroupns-mode")) {
    struct finding *finding =
        finding_unknown(this->out, CHECK_CGROUPNS, this->subject,
                        "the default depends on the version of cgroups, which is not known");
    finding_remedy(this->out, finding, "look at the host: stat -f -c %%T /sys/fs/cgroup");
    return;
  }
  judge_mode(this, &row, this->facts->cgroup2 == FACT_YES ? "private" : "host");
}

static void judge_ipc(struct daemon_case *this) {
  static const struct mode_row row = {
      CHECK_IPC_MODE,
      "default-ipc-mode",
      "private",
      NULL,
      "another container may join the shared memory of each container",
      "make it private; containers that share memory say --ipc=shareable"};
  judge_mode(this, &row, "private");
}

/* -- others ------------------------------------------------------------------------------------- */

/* Groups that people are in for other reasons. */
static void judge_group(struct daemon_case *this) {
  static const char *const shared[] = {"adm",      "games", "mail",    "nobody", "nogroup",
                                       "operator", "staff", "sudo",    "tty",    "user",
                                       "users",    "wheel", "www-data"};
  const char *value = value_of(this, CHECK_SOCKET_GROUP, "group", "docker");
  struct findings *out = this->out;
  bool bad = false;
  for (size_t i = 0; value != NULL && i < sizeof(shared) / sizeof(shared[0]); i++)
    bad = bad || strcmp(shared[i], value) == 0;
  if (value == NULL)
    return;
  if (!bad) {
    finding_pass(out, CHECK_SOCKET_GROUP, this->subject, "the socket's group is %s %s", value,
                 daemon_setting_source(&this->settings, "group"));
    return;
  }
  const struct fact_texts *members = &this->dockerd->members;
  struct finding *finding = finding_bad(
      out, CHECK_SOCKET_GROUP, this->subject,
      "the socket's group is %s, which people are in for other reasons: each of them is root%s%s",
      value, members->list.v.len > 0 ? ": " : "", sd_strv_join(&members->list, out->arena, ", "));
  finding_remedy(out, finding,
                 "make it docker, a group of its own; who used the socket by the other "
                 "group no longer can, and has safe-docker");
  daemon_mend(this, finding, "group", "\"docker\"");
}

static void judge_cgroup_parent(struct daemon_case *this) {
  const char *value = value_of(this, CHECK_CGROUP_PARENT, "cgroup-parent", "");
  struct findings *out = this->out;
  if (value == NULL)
    return;
  if (*value == '\0') {
    finding_pass(out, CHECK_CGROUP_PARENT, this->subject, "containers are in dockerd's own cgroup");
    return;
  }
  struct finding *finding = finding_bad(
      out, CHECK_CGROUP_PARENT, this->subject,
      "containers are put in the cgroup %s, whose limits are not dockerd's to say", value);
  finding_remedy(out, finding,
                 "leave it to dockerd; limits that were set on that cgroup no longer hold");
  daemon_mend(this, finding, "cgroup-parent", NULL);
}

static void judge_cors(struct daemon_case *this) {
  struct findings *out = this->out;
  const char *value = daemon_setting_text(&this->settings, "api-cors-header", "");
  if (value == NULL || *value == '\0')
    return;
  struct finding *finding =
      finding_bad(out, CHECK_API_CORS, this->subject,
                  "pages of %s may use the API by the browser of whoever reaches it",
                  strcmp(value, "*") == 0 ? "every site" : value);
  finding_remedy(out, finding,
                 "take it out; later versions do not start with it. What used the API "
                 "from a browser needs a proxy that asks who it is");
  daemon_mend(this, finding, "api-cors-header", NULL);
}

static void judge_folders(struct daemon_case *this) {
  static const char *const roles[] = {"data-root", "exec-root"};
  for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
    const struct fact_daemon_file *place = daemon_place(this->dockerd, roles[i]);
    if (place != NULL && !daemon_judge_changers(this, CHECK_DAEMON_FOLDERS, roles[i], place))
      finding_pass(this->out, CHECK_DAEMON_FOLDERS, place->path, "%s is root's alone", roles[i]);
  }
}

static void judge_programs(struct daemon_case *this) {
  static const char *const roles[] = {"runtimes", "init-path", "userland-proxy-path"};
  for (size_t i = 0; i < this->dockerd->places.len; i++) {
    const struct fact_daemon_file *place = &this->dockerd->places.items[i];
    for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
      if (place->role == NULL || strcmp(roles[r], place->role) != 0)
        continue;
      if (!daemon_judge_changers(this, CHECK_RUNTIMES, "what dockerd runs as root", place))
        finding_pass(this->out, CHECK_RUNTIMES, place->path, "nobody but root may change it");
    }
  }
}

void daemon_judge_values(struct daemon_case *this) {
  judge_userns(this);
  judge_seccomp(this);
  judge_cgroupns(this);
  judge_ipc(this);
  judge_group(this);
  judge_cgroup_parent(this);
  judge_cors(this);
  judge_folders(this);
  judge_programs(this);
}
