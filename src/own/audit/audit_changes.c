/* SPDX-License-Identifier: Apache-2.0 */
/* `audit changes`: the policies that the log knows, and which recorded requests the one in force decides otherwise. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_history.h"

#include "audit_again.h"
#include "audit_command.h"
#include "audit_reader.h"
#include "output.h"

#define DIFFERENT_STATUS 1 /* as diff(1) */

static const char help[] =
    "Usage:  safe-docker audit changes [OPTIONS]\n"
    "\n"
    "Shows which policies were in force while the log was written, and tries its\n"
    "requests again: which ones does the policy decide differently now?\n"
    "\n"
    "  --since WHEN, --until WHEN, --user USER, --group GROUP, --denied, --allowed,\n"
    "  --rule RULE, --command COMMAND, --file FILE   as safe-docker audit\n"
    "  --format text|json\n"
    "\n"
    "Exit status: 0 all is decided as before, 1 something is not, 125 failed.\n";

struct changes {
  struct session *session;
  struct audit_reader reader;
  struct sd_audit_history history;
  struct audit_again again;
};

static bool take(void *context, const struct sd_audit_record *record,
                 const struct sd_log_line *line) {
  (void)line;
  struct changes *changes = context;
  sd_audit_history_add(&changes->history, record);
  return true;
}

/* -- text --------------------------------------------------------------------------------------- */

static const char *joined(struct sd_arena *arena, const struct sd_strv *rules) {
  return rules->v.len > 0 ? sd_text_safe(arena, sd_strv_join(rules, arena, ", ")) : "no rule";
}

static void add_versions(struct changes *changes, struct sd_str *out) {
  const struct sd_policy *policy = &changes->session->policy;
  bool seen = false;
  sd_str_add(out, changes->history.versions.len > 0 ? "Policies:\n" : "");
  for (size_t i = 0; i < changes->history.versions.len; i++) {
    const struct sd_audit_version *version = &changes->history.versions.items[i];
    bool now = strcmp(version->hash, policy->hash) == 0;
    seen = seen || now;
    sd_str_addf(out, "  %s to %s  %llu requests  %.12s  %s%s\n",
                sd_when_local(out->arena, version->first, &changes->reader.zone),
                sd_when_local(out->arena, version->last, &changes->reader.zone),
                (unsigned long long)version->records,
                version->hash[0] != '\0' ? sd_text_safe(out->arena, version->hash) : "(none)",
                version->hash[0] != '\0' ? sd_text_safe(out->arena, version->sources)
                                         : "(it could not be read)",
                now ? "  in force" : "");
  }
  if (!seen)
    sd_str_addf(out, "  in force, and not in this log: %.12s  %s\n", policy->hash,
                sd_text_safe(out->arena, policy->sources));
}

static void add_text(const struct audit_tried *tried, const struct sd_zone *zone,
                     struct sd_str *out) {
  const struct sd_audit_request *request = tried->request;
  sd_str_addf(out, "\n  %s  %s  %s\n", sd_when_local(out->arena, request->last, zone),
              sd_text_safe(out->arena, request->user), request->shown);
  if (request->denied)
    sd_str_addf(out, "      was denied (%s), would be allowed\n",
                joined(out->arena, &request->rules));
  else
    sd_str_addf(out, "      was allowed, would be denied (%s)\n",
                joined(out->arena, &tried->answer.rules));
  if (tried->answer.note != NULL)
    sd_str_addf(out, "      note: %s\n", tried->answer.note);
  if (!request->verified)
    sd_str_add(out, "      unverified: any user of this host may write to syslog\n");
}

static const char *text(struct changes *changes) {
  const struct audit_again *again = &changes->again;
  struct sd_str out;
  sd_str_init(&out, changes->session->arena);
  add_versions(changes, &out);
  if (again->different.len > 0)
    sd_str_add(&out, "\nDecided differently now:\n");
  for (size_t i = 0; i < again->different.len; i++)
    add_text(&again->different.items[i], &changes->reader.zone, &out);
  sd_str_addf(&out,
              "\n%zu different requests were tried again: %zu decided differently, %zu as before",
              again->tried, again->different.len, again->tried - again->different.len);
  if (again->unanswered > 0)
    sd_str_addf(&out, "\n%zu could not be tried: %s", again->unanswered, again->why);
  const char *skipped = sd_audit_history_skipped(out.arena, &changes->history);
  if (skipped[0] != '\0')
    sd_str_addf(&out, "\nleft out: %s", skipped);
  sd_str_add_char(&out, '\n');
  return sd_str_text(&out);
}

/* -- JSON --------------------------------------------------------------------------------------- */

static void add_member(struct sd_str *out, const char *key, const char *value) {
  sd_str_addf(out, "\"%s\":", key);
  sd_str_add_json(out, value);
}

static void add_strings(struct sd_str *out, const char *key, const struct sd_strv *strings) {
  sd_str_addf(out, ",\"%s\":[", key);
  for (size_t i = 0; i < strings->v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, strings->v.items[i]);
  }
  sd_str_add_char(out, ']');
}

static void add_json_version(struct sd_str *out, const struct sd_audit_version *version,
                             const char *now) {
  sd_str_add_char(out, '{');
  add_member(out, "sha256", version->hash);
  sd_str_add_char(out, ',');
  add_member(out, "sources", version->sources);
  sd_str_add_char(out, ',');
  add_member(out, "first", sd_when_utc(out->arena, version->first));
  sd_str_add_char(out, ',');
  add_member(out, "last", sd_when_utc(out->arena, version->last));
  sd_str_addf(out, ",\"requests\":%llu,\"in_force\":%s}", (unsigned long long)version->records,
              strcmp(version->hash, now) == 0 ? "true" : "false");
}

static void add_json_tried(struct sd_str *out, const struct audit_tried *tried) {
  const struct sd_audit_request *request = tried->request;
  sd_str_addf(out, "{\"uid\":%u,", (unsigned)request->uid);
  add_member(out, "user", request->user);
  sd_str_add_char(out, ',');
  add_member(out, "cwd", request->folder);
  sd_str_add_char(out, ',');
  add_member(out, "time", sd_when_utc(out->arena, request->last));
  add_strings(out, "words", &request->words);
  sd_str_addf(out, ",\"was\":\"%s\",\"now\":\"%s\"", request->denied ? "deny" : "allow",
              request->denied ? "allow" : "deny");
  add_strings(out, "rules", request->denied ? &request->rules : &tried->answer.rules);
  sd_str_addf(out, ",\"verified\":%s,", request->verified ? "true" : "false");
  add_member(out, "note", tried->answer.note);
  sd_str_add_char(out, '}');
}

static const char *json(struct changes *changes) {
  const struct audit_again *again = &changes->again;
  const struct sd_policy *policy = &changes->session->policy;
  const struct sd_audit_history *history = &changes->history;
  struct sd_str out;
  sd_str_init(&out, changes->session->arena);
  sd_str_add(&out, "{\"in_force\":{");
  add_member(&out, "sha256", policy->hash);
  sd_str_add_char(&out, ',');
  add_member(&out, "sources", policy->sources);
  sd_str_add(&out, "},\"policies\":[");
  for (size_t i = 0; i < history->versions.len; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_json_version(&out, &history->versions.items[i], policy->hash);
  }
  sd_str_add(&out, "],\"different\":[");
  for (size_t i = 0; i < again->different.len; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_json_tried(&out, &again->different.items[i]);
  }
  sd_str_addf(&out,
              "],\"tried\":%zu,\"unanswered\":%zu,\"skipped\":{\"incomplete\":%llu,\"masked\":%llu,"
              "\"of_daemon\":%llu,\"forged\":%llu,\"no_room\":%llu}}\n",
              again->tried, again->unanswered, (unsigned long long)history->incomplete,
              (unsigned long long)history->masked, (unsigned long long)history->of_daemon,
              (unsigned long long)history->forged, (unsigned long long)history->no_room);
  return sd_str_text(&out);
}

/* -- the command -------------------------------------------------------------------------------- */

static bool gather(struct changes *changes, const struct own_words *words, struct sd_error *err) {
  struct session *session = changes->session;
  if (!audit_reader_init(session, words, &changes->reader, err))
    return false;
  changes->reader.take = take;
  changes->reader.context = changes;
  sd_audit_history_init(&changes->history, session->arena);
  return audit_reader_run(&changes->reader, err) &&
         audit_again_try(session, &changes->history, &changes->again, err);
}

static int show(struct session *session, const struct own_words *given) {
  struct changes changes = {.session = session};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (!session->has_policy)
    return output_complain(session->arena, &session->problem);
  bool good = gather(&changes, given, &err);
  audit_reader_finish(&changes.reader);
  if (!good)
    return output_complain(session->arena, &err);
  int status = output_answer(
      session->arena, own_words_is(given, "--format", "json") ? json(&changes) : text(&changes),
      changes.again.different.len > 0 ? DIFFERENT_STATUS : 0);
  audit_reader_tell(&changes.reader);
  return status;
}

int audit_changes_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      AUDIT_FILTER_OPTIONS, {"--format", "text|json"}, {NULL, NULL}};
  static const struct own_form form = {.command = "audit changes",
                                       .usage = "safe-docker audit changes [OPTIONS]",
                                       .options = options,
                                       .help = help,
                                       .run = show};
  return own_command(session, words, &form);
}
