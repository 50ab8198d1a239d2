/* SPDX-License-Identifier: Apache-2.0 */
/* `audit suggest`: what a policy would need so that chosen denials of the log are allowed. Writes nothing. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_history.h"

#include "audit_again.h"
#include "audit_command.h"
#include "audit_reader.h"
#include "output.h"
#include "own/policy/suggest.h"

#define DENIALS_MAX 100 /* each is decided several times */

static const char help[] =
    "Usage:  safe-docker audit suggest [OPTIONS]\n"
    "\n"
    "Shows the smallest additions to the policy that would allow what was denied,\n"
    "with their risks. Without --since: what was denied today. Writes nothing.\n"
    "\n"
    "  --since WHEN, --until WHEN, --user USER, --group GROUP, --rule RULE,\n"
    "  --command COMMAND, --file FILE     which denials, as safe-docker audit\n"
    "  --for-user USER, --for-group GROUP whom to allow it; without them those of\n"
    "                                     --group, or of --user, or everybody\n"
    "  --format text|json|policy  policy: the file for policy.d alone\n";

/* One of the filters, alone. */
struct counted {
  const char *option;
  struct sd_strv values; /* as given */
  struct sd_audit_filter filter;
  uint64_t matched;
};

#define COUNTED 4

struct chosen {
  struct session *session;
  struct audit_reader reader;
  struct sd_audit_filter filter; /* all of them; the reader has time and denial alone */
  struct counted counted[COUNTED];
  uint64_t denials; /* in that time */
  struct sd_audit_history history;
  struct suggest_target target;
  SD_VEC(struct whatif) questions;
  SD_VEC(const struct sd_audit_request *) requests; /* of the questions */
  size_t gone;                                      /* requests of accounts that are gone */
  struct suggestions suggestions;
};

static bool take(void *context, const struct sd_audit_record *record,
                 const struct sd_log_line *line) {
  (void)line;
  struct chosen *chosen = context;
  chosen->denials++;
  for (size_t i = 0; i < COUNTED; i++)
    chosen->counted[i].matched += sd_audit_matches(&chosen->counted[i].filter, record) ? 1 : 0;
  if (sd_audit_matches(&chosen->filter, record))
    sd_audit_history_add(&chosen->history, record);
  return true;
}

static bool ask(struct chosen *chosen, struct sd_error *err) {
  struct session *session = chosen->session;
  struct sd_policy_texts texts = {0};
  struct audit_accounts accounts = {0};
  const char *why = NULL;
  if (!whatif_texts(session, NULL, &texts, err))
    return false;
  if (chosen->history.requests.len > DENIALS_MAX)
    return sd_fail_rule(err, NULL, "choose fewer with --user, --rule, --command or --since",
                        "%zu different requests were denied, and no more than %d are looked at",
                        chosen->history.requests.len, DENIALS_MAX);
  for (size_t i = 0; i < chosen->history.requests.len; i++) {
    const struct sd_audit_request *request = &chosen->history.requests.items[i];
    const struct sd_identity *who = audit_again_account(session, &accounts, request->uid, &why);
    if (who == NULL) {
      chosen->gone++;
      continue;
    }
    *sd_vec_push(session->arena, &chosen->requests) = request;
    *sd_vec_push(session->arena, &chosen->questions) =
        (struct whatif){.texts = texts.v.items,
                        .text_count = texts.v.len,
                        .who = who,
                        .folder = request->folder,
                        .words = &request->words,
                        .group_names = &chosen->target.groups};
  }
  return chosen->questions.len == 0 ||
         suggest_make(session, chosen->questions.items, chosen->questions.len, &chosen->target,
                      &chosen->suggestions, err);
}

/* -- text --------------------------------------------------------------------------------------- */

/* Which of the filters left nothing. */
static void add_nothing(struct chosen *chosen, struct sd_str *out) {
  struct sd_arena *arena = chosen->session->arena;
  sd_str_addf(out, "Nothing that was denied is chosen. Since %s there are %llu denials.\n",
              sd_when_local(arena, chosen->filter.since, &chosen->reader.zone),
              (unsigned long long)chosen->denials);
  for (size_t i = 0; i < COUNTED; i++)
    if (chosen->counted[i].values.v.len > 0)
      sd_str_addf(out, "  %s %s chooses %llu of them\n", chosen->counted[i].option,
                  sd_text_safe(arena, sd_strv_join(&chosen->counted[i].values, arena, ", ")),
                  (unsigned long long)chosen->counted[i].matched);
  if (chosen->filter.groups.len > 0)
    sd_str_add(out, "--group is about what its members asked for; whoever asked, --for-group "
                    "allows it to a group.\n");
}

static const char *text(struct chosen *chosen) {
  struct sd_arena *arena = chosen->session->arena;
  bool doubtful = false;
  struct sd_str out;
  sd_str_init(&out, arena);
  if (chosen->requests.len > 0)
    sd_str_add(&out, "Denied:\n");
  else
    add_nothing(chosen, &out);
  for (size_t i = 0; i < chosen->requests.len; i++) {
    const struct sd_audit_request *request = chosen->requests.items[i];
    doubtful = doubtful || !request->verified;
    sd_str_addf(&out, "  %s  %s  %s\n      %s",
                sd_when_local(arena, request->last, &chosen->reader.zone),
                sd_text_safe(arena, request->user), request->shown,
                sd_text_safe(arena, sd_strv_join(&request->rules, arena, ", ")));
    if (request->records > 1)
      sd_str_addf(&out, "; %llu times", (unsigned long long)request->records);
    sd_str_add_char(&out, '\n');
  }
  const char *skipped = sd_audit_history_skipped(arena, &chosen->history);
  if (skipped[0] != '\0')
    sd_str_addf(&out, "left out: %s\n", skipped);
  if (chosen->gone > 0)
    sd_str_addf(&out, "left out: %zu requests of accounts that are gone\n", chosen->gone);
  if (doubtful)
    sd_str_add(&out, "Some of these are unverified: any user of this host may write to syslog. Ask "
                     "the users first.\n");
  if (chosen->requests.len > 0) {
    sd_str_add_char(&out, '\n');
    sd_str_add(&out, suggest_text(arena, &chosen->suggestions));
  }
  return sd_str_text(&out);
}

/* -- JSON --------------------------------------------------------------------------------------- */

static void add_strings(struct sd_str *out, const char *key, const struct sd_strv *strings) {
  sd_str_addf(out, ",\"%s\":[", key);
  for (size_t i = 0; i < strings->v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, strings->v.items[i]);
  }
  sd_str_add_char(out, ']');
}

static const char *json(struct chosen *chosen) {
  struct sd_arena *arena = chosen->session->arena;
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"denials\":[");
  for (size_t i = 0; i < chosen->requests.len; i++) {
    const struct sd_audit_request *request = chosen->requests.items[i];
    sd_str_addf(&out, "%s{\"uid\":%u,\"user\":", i > 0 ? "," : "", (unsigned)request->uid);
    sd_str_add_json(&out, request->user);
    sd_str_add(&out, ",\"cwd\":");
    sd_str_add_json(&out, request->folder);
    add_strings(&out, "words", &request->words);
    add_strings(&out, "rules", &request->rules);
    sd_str_addf(&out, ",\"count\":%llu,\"verified\":%s}", (unsigned long long)request->records,
                request->verified ? "true" : "false");
  }
  sd_str_add(&out, "],\"suggestion\":");
  const char *suggestion =
      chosen->requests.len > 0 ? suggest_json(arena, &chosen->suggestions) : "null";
  sd_str_add_bytes(&out, suggestion,
                   strcspn(suggestion, "\n") == strlen(suggestion) ? strlen(suggestion)
                                                                   : strlen(suggestion) - 1);
  sd_str_add(&out, "}\n");
  return sd_str_text(&out);
}

/* -- the command -------------------------------------------------------------------------------- */

static void collect(struct sd_arena *arena, const struct own_words *words, const char *name,
                    struct sd_strv *out) {
  for (size_t i = 0; i < words->given.len; i++)
    if (strcmp(words->given.items[i].name, name) == 0)
      sd_strv_add(out, arena, words->given.items[i].value);
}

/* No more people than were chosen, where nobody else is named. */
static void find_target(struct sd_arena *arena, const struct own_words *words,
                        struct suggest_target *out) {
  collect(arena, words, "--for-user", &out->users);
  collect(arena, words, "--for-group", &out->groups);
  if (out->users.v.len == 0 && out->groups.v.len == 0)
    collect(arena, words, "--group", &out->groups);
  if (out->users.v.len == 0 && out->groups.v.len == 0)
    collect(arena, words, "--user", &out->users);
}

/* The reader hands on all denials of the time; which of the filters take them is counted here. */
static void count_apart(struct chosen *chosen, const struct own_words *words) {
  struct sd_arena *arena = chosen->session->arena;
  struct sd_audit_filter *all = &chosen->filter;
  *all = chosen->reader.filter;
  chosen->reader.filter = (struct sd_audit_filter){.has_since = all->has_since,
                                                   .has_until = all->has_until,
                                                   .since = all->since,
                                                   .until = all->until,
                                                   .denied = true};
  chosen->counted[0] = (struct counted){.option = "--user", .filter.users = all->users};
  chosen->counted[1] = (struct counted){.option = "--rule", .filter.rules = all->rules};
  chosen->counted[2] = (struct counted){.option = "--command", .filter.commands = all->commands};
  chosen->counted[3] = (struct counted){.option = "--group"};
  memcpy(&chosen->counted[3].filter.groups, &all->groups, sizeof(all->groups));
  for (size_t i = 0; i < COUNTED; i++)
    collect(arena, words, chosen->counted[i].option, &chosen->counted[i].values);
}

static bool gather(struct chosen *chosen, const struct own_words *words, struct sd_error *err) {
  struct session *session = chosen->session;
  struct audit_reader *reader = &chosen->reader;
  find_target(session->arena, words, &chosen->target);
  if (!audit_reader_init(session, words, reader, err))
    return false;
  if (reader->filter.allowed)
    return sd_fail(err, "audit suggest: --allowed leaves nothing that was denied");
  reader->filter.denied = true;
  if (!reader->filter.has_since && !sd_when_parse(session->arena, "today", reader->now,
                                                  &reader->zone, &reader->filter.since, err))
    return false;
  reader->filter.has_since = true;
  reader->take = take;
  reader->context = chosen;
  count_apart(chosen, words);
  sd_audit_history_init(&chosen->history, session->arena);
  return audit_reader_run(reader, err) && ask(chosen, err);
}

static int suggest(struct session *session, const struct own_words *given) {
  struct chosen chosen = {.session = session};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (!session->has_policy)
    return output_complain(session->arena, &session->problem);
  bool good = gather(&chosen, given, &err);
  audit_reader_finish(&chosen.reader);
  if (!good)
    return output_complain(session->arena, &err);
  int status = output_answer(session->arena,
                             own_words_is(given, "--format", "json") ? json(&chosen)
                             : own_words_is(given, "--format", "policy")
                                 ? suggest_policy(session->arena, &chosen.suggestions)
                                 : text(&chosen),
                             0);
  audit_reader_tell(&chosen.reader);
  return status;
}

int audit_suggest_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {AUDIT_FILTER_OPTIONS,
                                              {"--for-user", ""},
                                              {"--for-group", ""},
                                              {"--format", "text|json|policy"},
                                              {NULL, NULL}};
  static const struct own_form form = {.command = "audit suggest",
                                       .usage = "safe-docker audit suggest [OPTIONS]",
                                       .options = options,
                                       .help = help,
                                       .run = suggest};
  return own_command(session, words, &form);
}
