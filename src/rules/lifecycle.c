/* SPDX-License-Identifier: Apache-2.0 */
/* How a container starts, stops and is named; logging is in logging.c, environment and labels in
 * metadata.c. */
#include "lifecycle.h"

#include <string.h>

#include "checks.h"
#include "internal.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "verdict.h"

#define SECOND ((int64_t)1000000000)
#define DAY (INT64_C(86400) * SECOND)
#define STOP_TIMEOUT_MAX 3600
#define RETRIES_MAX 1000
#define SIGNAL_MAX 64
#define SHORT_ID 12
#define FULL_ID 64

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

/* Empty is the same as not given. */
static bool is_given(const struct sd_text *text) {
  return text->set && text->value[0] != '\0';
}

/* -- restart ----------------------------------------------------------------------------------- */
static struct sd_verdict refused(const char *reason, const char *hint) {
  return (struct sd_verdict){.reason = reason, .hint = hint};
}

/* To Docker "on-failure" and "on-failure:0" mean for ever: a count is always handed on. */
static struct sd_verdict judge_retries(const struct sd_rule_input *in, int64_t asked) {
  int64_t max = in->policy->restart.max_retries;
  int64_t count = asked == -1 ? max : asked;
  if (count < 1 || count > max)
    return refused(
        sd_arena_printf(in->arena, "%sthe policy allows at most %lld restarts",
                        count == 0 ? "0 means without end; " : "", (long long)max),
        sd_arena_printf(in->arena, "write on-failure:N with N from 1 to %lld", (long long)max));
  return (struct sd_verdict){
      .value = sd_arena_printf(in->arena, "on-failure:%lld", (long long)count),
      .reason = asked == -1 ? "without a count it would restart without end" : NULL};
}

struct sd_verdict sd_judge_restart(const struct sd_rule_input *in, const char *asked) {
  struct sd_restart restart = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_restart_parse(in->arena, asked, &restart, &err))
    return refused(err.message, err.hint);
  bool never = strcmp(restart.policy, "no") == 0;
  if (!never && !sd_strv_contains(&in->policy->restart.allow, restart.policy))
    return refused("the daemon would start the container again where safe-docker does not see it",
                   sd_arena_printf(in->arena, "write one of: %s; or leave it out",
                                   sd_rule_list(in->arena, &in->policy->restart.allow, "no")));
  if (strcmp(restart.policy, "on-failure") == 0)
    return judge_retries(in, restart.max_retries);
  return (struct sd_verdict){.value = restart.policy};
}

static void check_restart(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *given = &in->request->restart;
  if (!is_given(given))
    return;
  struct sd_verdict verdict = sd_judge_restart(in, given->value);
  if (verdict.value == NULL) {
    sd_deny(decision, "restart", given->given, verdict.hint, "%s", verdict.reason);
    return;
  }
  decision->out.restart =
      (struct sd_text){.set = true, .value = verdict.value, .given = given->given};
  if (verdict.reason != NULL)
    sd_changed(decision, "restart", verdict.reason, "--restart=%s", verdict.value);
}

/* What is not set is 0, which each of these numbers may be, and is copied as not set. */

/* -- stop -------------------------------------------------------------------------------------- */
static bool is_signal(const struct sd_rule_input *in, const char *text) {
  uint64_t number = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (text[strspn(text, "0123456789")] == '\0')
    return sd_number_decimal(text, 1, SIGNAL_MAX, &number, &err);
  return strlen(text) <= 16 && sd_check_name(text, "+-");
}

struct sd_verdict sd_judge_signal(const struct sd_rule_input *in, const char *asked) {
  if (is_signal(in, asked))
    return (struct sd_verdict){.value = asked};
  return refused(sd_arena_printf(in->arena, "%s is no signal", shown(in, asked)),
                 "write a name such as SIGTERM or a number from 1 to 64");
}

static void check_stop(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *signal = &in->request->stop_signal;
  const struct sd_number *timeout = &in->request->stop_timeout;
  struct sd_verdict verdict = {0};
  if (is_given(signal))
    verdict = sd_judge_signal(in, signal->value);
  if (verdict.value != NULL)
    decision->out.stop_signal = *signal;
  else if (verdict.reason != NULL)
    sd_deny(decision, "stop-signal", signal->given, verdict.hint, "%s", verdict.reason);
  if (timeout->value < 0)
    sd_deny(decision, "stop-timeout", timeout->given, "write a number of seconds from 0 to 3600",
            "the container could never be stopped by force");
  else if (timeout->value > STOP_TIMEOUT_MAX)
    sd_deny(decision, "stop-timeout", timeout->given, "write a number of seconds from 0 to 3600",
            "the daemon would wait longer than an hour");
  else
    decision->out.stop_timeout = *timeout;
}

/* -- health ------------------------------------------------------------------------------------ */
static void check_interval(struct sd_decision *decision, const struct sd_number *asked,
                           struct sd_number *out) {
  if (asked->value != 0 && asked->value < SECOND)
    sd_deny(decision, "health-interval", asked->given, "write 0, or a time from 1s to 24h",
            "the daemon would start a process more than once a second");
  else if (asked->value > DAY)
    sd_deny(decision, "health-interval", asked->given, "write 0, or a time from 1s to 24h",
            "it is longer than a day");
  else
    *out = *asked;
}

static void check_health(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_request *asked = in->request;
  check_interval(decision, &asked->health_interval, &decision->out.health_interval);
  check_interval(decision, &asked->health_timeout, &decision->out.health_timeout);
  check_interval(decision, &asked->health_start_period, &decision->out.health_start_period);
  check_interval(decision, &asked->health_start_interval, &decision->out.health_start_interval);
  const struct sd_number *retries = &asked->health_retries;
  if (retries->value < 0 || retries->value > RETRIES_MAX)
    sd_deny(decision, "health-retries", retries->given, "write a number from 0 to 1000",
            "the number is out of range");
  else
    decision->out.health_retries = *retries;
}

/* -- names ------------------------------------------------------------------------------------- */
/* Docker takes "/name" and "name" for one name. */
struct sd_verdict sd_judge_name(const struct sd_rule_input *in, const char *asked) {
  const char *name = asked + (asked[0] == '/' ? 1 : 0);
  size_t len = strlen(name);
  if (len < 2 || !sd_check_name(name, "_.-"))
    return refused(sd_arena_printf(in->arena, "%s is no name of a container", shown(in, asked)),
                   "use two or more letters, digits, _ . and -, first a letter or digit");
  if (sd_check_hex(name) && (len == SHORT_ID || len == FULL_ID))
    return refused("it looks like the id of a container, and could be taken for another one",
                   "use a letter after f, or another length");
  return (struct sd_verdict){.value = name};
}

static void check_name(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *given = &in->request->name;
  if (!is_given(given))
    return;
  struct sd_verdict verdict = sd_judge_name(in, given->value);
  if (verdict.value == NULL) {
    sd_deny(decision, "name", given->given, verdict.hint, "%s", verdict.reason);
    return;
  }
  decision->out.name = *given;
  decision->out.name.value = verdict.value;
}

/* Windows knows other values. */
static void check_isolation(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *given = &in->request->isolation;
  if (is_given(given) && strcmp(given->value, "default") != 0)
    sd_deny(decision, "isolation", given->given, "leave it out",
            "the isolation %s is for Windows containers", shown(in, given->value));
}

static void check_attach(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const char *const streams[] = {"stdin", "stdout", "stderr"};
  for (size_t i = 0; i < in->request->attach.v.len; i++) {
    struct sd_text text = in->request->attach.v.items[i];
    const char *known = NULL;
    for (size_t j = 0; j < sizeof(streams) / sizeof(streams[0]); j++)
      if (strcasecmp(text.value, streams[j]) == 0)
        known = streams[j];
    if (known == NULL) {
      sd_deny(decision, "attach", text.given, "write stdin, stdout or stderr", "%s is no stream",
              shown(in, text.value));
      continue;
    }
    text.value = known;
    *sd_vec_push(in->arena, &decision->out.attach.v) = text;
  }
}

/* -- folders and files ------------------------------------------------------------------------- */
/* CVE-2024-21626: a working directory below /proc/self/fd left the container. */
struct sd_verdict sd_judge_workdir(const struct sd_rule_input *in, const char *asked) {
  const char *clean = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_path_clean(in->arena, asked, &clean, &err))
    return refused("the working directory must be an absolute path without control characters",
                   "write an absolute path, such as /work");
  if (sd_path_within(clean, "/proc") || sd_path_within(clean, "/sys") ||
      sd_path_within(clean, "/dev/fd"))
    return refused(
        sd_arena_printf(in->arena,
                        "%s is the kernel's: from there a container may reach the host's files",
                        shown(in, clean)),
        "choose a folder of the image");
  return (struct sd_verdict){.value = clean};
}

static void check_workdir(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *given = &in->request->workdir;
  if (!is_given(given))
    return;
  struct sd_verdict verdict = sd_judge_workdir(in, given->value);
  if (verdict.value == NULL) {
    sd_deny(decision, "workdir", given->given, verdict.hint, "%s", verdict.reason);
    return;
  }
  decision->out.workdir = *given;
  decision->out.workdir.value = verdict.value;
}

static void check_cidfile(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *given = &in->request->cidfile;
  struct sd_text file = *given;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!is_given(given))
    return;
  if (!in->host->can_create(in->host->context, in->arena, given->value, &file.value, &err)) {
    sd_deny(decision, "cidfile", given->given, "name a new file in a folder that you may write to",
            "it cannot be created with your rights: %s", err.message);
    return;
  }
  if (!sd_text_is_printable(file.value)) {
    sd_deny(decision, "cidfile", given->given, "name a file without control characters",
            "its path has control characters or invalid UTF-8");
    return;
  }
  decision->out.cidfile = file;
  if (strcmp(file.value, given->value) != 0)
    sd_changed(decision, "cidfile", "the path is handed on as it resolves", "--cidfile=%s",
               shown(in, file.value));
}

void sd_rules_lifecycle(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {
      SD_OPT_RESTART,
      SD_OPT_STOP_SIGNAL,
      SD_OPT_STOP_TIMEOUT,
      SD_OPT_HEALTH_INTERVAL,
      SD_OPT_HEALTH_TIMEOUT,
      SD_OPT_HEALTH_RETRIES,
      SD_OPT_HEALTH_START_PERIOD,
      SD_OPT_HEALTH_START_INTERVAL,
      SD_OPT_NAME,
      SD_OPT_ISOLATION,
      SD_OPT_ATTACH,
      SD_OPT_WORKDIR,
      SD_OPT_CIDFILE,
  };
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  check_restart(in, decision);
  check_stop(in, decision);
  check_health(in, decision);
  check_name(in, decision);
  check_isolation(in, decision);
  check_attach(in, decision);
  check_workdir(in, decision);
  check_cidfile(in, decision);
  sd_lifecycle_logging(in, decision);
  sd_lifecycle_metadata(in, decision);
}
