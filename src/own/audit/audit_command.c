/* SPDX-License-Identifier: Apache-2.0 */
/* `audit [OPTIONS]`: shows records, counts them, or follows the log. */
#include "audit_command.h"

#include <string.h>
#include <unistd.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "own/admin.h"
#include "audit_last.h"
#include "audit_reader.h"
#include "output.h"

#define FOLLOW_LINES 10 /* as tail(1) */
#define LINES_MAX 1000000
#define FLUSH_BYTES ((size_t)32 * 1024)
#define CLOSED_STATUS 141 /* 128 and SIGPIPE: output_answer */

static const char help[] =
    "Usage:  safe-docker audit [OPTIONS]\n"
    "        safe-docker audit changes [OPTIONS]\n"
    "        safe-docker audit suggest [OPTIONS]\n"
    "\n"
    "Shows the log of decisions: who asked for what, and why it was denied.\n"
    "\n"
    "  --since WHEN, --until WHEN   2026-11-22, \"2026-11-22 14:00\", 14:00, today,\n"
    "                               yesterday, now, 2h, 1w, \"30m ago\", RFC 3339\n"
    "  --user USER, --group GROUP   of this user, of members of this group\n"
    "  --denied, --allowed          of this decision\n"
    "  --rule RULE                  denied by this rule\n"
    "  --command COMMAND            of this command of docker\n"
    "  -n, --lines N                the last N\n"
    "  -f, --follow                 the last ones, and then what comes\n"
    "  --summary                    counts by user, command and rule\n"
    "  --format text|json           for a person, or the records, one a line\n"
    "  --file FILE                  this log; - is standard input\n"
    "\n"
    "changes   the policies that the log knows, and what is decided differently now\n"
    "suggest   what a policy would need so that what was denied is allowed\n"
    "\n"
    "See safe-docker-audit(8).\n";

struct show {
  struct session *session;
  struct audit_reader reader;
  bool json, colour, follow, summary;
  bool limited; /* the last `lines` alone */
  uint64_t lines;
  struct audit_last last;
  struct sd_audit_summary *counted;
  struct sd_arena arena; /* of `out` */
  struct sd_str out;
  bool live; /* records are shown as they come */
  int status;
};

/* -- showing ------------------------------------------------------------------------------------ */

static bool flush(struct show *show) {
  if (show->out.len == 0)
    return true;
  show->status = output_answer(show->session->arena, sd_str_text(&show->out), 0);
  sd_arena_reset(&show->arena);
  sd_str_init(&show->out, &show->arena);
  return show->status == 0;
}

static bool show_record(struct show *show, const struct sd_audit_record *record) {
  if (show->json)
    sd_audit_show_json(&show->out, record);
  else
    sd_audit_show_text(&show->out, record, &show->reader.zone, show->colour);
  return show->out.len < FLUSH_BYTES || flush(show);
}

static bool take(void *context, const struct sd_audit_record *record,
                 const struct sd_log_line *line) {
  struct show *show = context;
  if (show->summary)
    sd_audit_summary_add(show->counted, record);
  else if (show->limited && !show->live)
    audit_last_keep(&show->last, line->text, line->len, &show->reader.input);
  else
    return show_record(show, record);
  return true;
}

static bool show_kept(void *context, const char *text, size_t len,
                      const struct sd_audit_input *input) {
  struct show *show = context;
  struct sd_audit_record record;
  struct sd_arena arena;
  sd_arena_init(&arena);
  bool good = sd_audit_read(&arena, text, len, input, &record) != SD_AUDIT_RECORD ||
              show_record(show, &record);
  sd_arena_finish(&arena);
  return good;
}

/* All that is there was read: what was kept of it is shown, and from now on what comes. */
static bool settle(void *context) {
  struct show *show = context;
  if (!show->live && !audit_last_each(&show->last, show_kept, show))
    return false;
  show->live = true;
  return flush(show);
}

/* -- nothing ------------------------------------------------------------------------------------ */

/* No log is no mistake: the first request makes the file. */
static void tell_nothing(const struct show *show) {
  const struct audit_reader *reader = &show->reader;
  const struct session *session = show->session;
  struct sd_arena *arena = session->arena;
  const char *sources = sd_strv_join(&reader->sources, arena, ", ");
  const char *own = session->has_policy ? session->policy.audit.file : "";
  if (reader->file == NULL && own[0] != '\0' && !sd_audit_exists(own) && reader->counts.lines == 0)
    output_tell(sd_arena_printf(arena, "safe-docker: %s is not there: nothing was recorded yet\n",
                                sd_text_safe(arena, own)));
  else if (reader->counts.records == 0)
    output_tell(sd_arena_printf(arena, "safe-docker: there are no records in %s\n", sources));
  else
    output_tell(sd_arena_printf(arena, "safe-docker: none of %llu records in %s matches\n",
                                (unsigned long long)reader->counts.records, sources));
}

/* -- running ------------------------------------------------------------------------------------ */

static int end(struct show *show, bool good, const struct sd_error *err) {
  struct audit_reader *reader = &show->reader;
  struct sd_arena *arena = show->session->arena;
  if (show->status != 0)
    return show->status;
  bool written = settle(show);
  if (written && show->summary)
    show->status = output_answer(arena,
                                 show->json ? sd_audit_summary_json(show->counted, &reader->counts)
                                            : sd_audit_summary_text(show->counted, &reader->zone),
                                 0);
  if (show->status != 0)
    return show->status;
  if (!show->session->has_policy && reader->file == NULL)
    output_tell(sd_arena_printf(
        arena, "safe-docker: note: the policy cannot be read, and so not which log it names: %s\n",
        show->session->problem.message));
  audit_reader_tell(reader);
  if (!good)
    return output_complain(arena, err);
  if (reader->counts.matched == 0 && !show->json && !show->summary)
    tell_nothing(show);
  return show->status;
}

static int run(struct show *show) {
  struct sd_error err;
  bool closed = false;
  bool past = show->reader.filter.has_since || show->limited;
  sd_error_init(&err, show->session->arena);
  show->reader.take = take;
  show->reader.idle = settle;
  show->reader.context = show;
  if (!show->follow)
    return end(show, audit_reader_run(&show->reader, &err), &err);
  if (!show->limited && !past) {
    show->limited = true;
    show->lines = FOLLOW_LINES;
  }
  audit_last_init(&show->last, show->session->arena, show->lines);
  bool good = audit_reader_follow(&show->reader, show->limited ? (long)show->lines : -1, past,
                                  &closed, &err);
  return closed ? CLOSED_STATUS : end(show, good, &err);
}

static bool read_lines(struct show *show, const struct own_words *words, struct sd_error *err) {
  const char *text = own_words_value(words, "--lines");
  struct sd_error why;
  sd_error_init(&why, show->session->arena);
  text = text != NULL ? text : own_words_value(words, "-n");
  if (text == NULL)
    return true;
  show->limited = true;
  return sd_number_decimal(text, 0, LINES_MAX, &show->lines, &why) ||
         sd_fail(err, "audit: \"%s\" is no number of lines up to %d",
                 sd_text_safe(show->session->arena, text), LINES_MAX);
}

static bool is_given(const struct own_words *words, const char *name, const char *short_name) {
  return own_words_value(words, name) != NULL ||
         (short_name != NULL && own_words_value(words, short_name) != NULL);
}

static bool prepare(struct show *show, const struct own_words *words, struct sd_error *err) {
  show->json = own_words_is(words, "--format", "json");
  show->summary = is_given(words, "--summary", NULL);
  show->follow = is_given(words, "--follow", "-f");
  show->colour = output_wants_colour(STDOUT_FILENO);
  if (!read_lines(show, words, err))
    return false;
  if (show->summary && (show->follow || show->limited))
    return sd_fail(err, "audit: --summary counts all: it goes with neither --follow nor --lines");
  if (show->summary)
    show->counted = sd_audit_summary_create(show->session->arena);
  audit_last_init(&show->last, show->session->arena, show->lines);
  return audit_reader_init(show->session, words, &show->reader, err);
}

static int show_log(struct session *session, const struct own_words *given) {
  struct show show = {.session = session};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  sd_arena_init(&show.arena);
  sd_str_init(&show.out, &show.arena);
  int status = prepare(&show, given, &err) ? run(&show) : output_complain(session->arena, &err);
  audit_reader_finish(&show.reader);
  audit_last_finish(&show.last);
  sd_arena_finish(&show.arena);
  return status;
}

static int show_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      AUDIT_FILTER_OPTIONS,      {"--lines", ""}, {"-n", ""},
      {"--follow", NULL},        {"-f", NULL},    {"--summary", NULL},
      {"--format", "text|json"}, {NULL, NULL}};
  static const struct own_form form = {.command = "audit",
                                       .usage = "safe-docker audit [OPTIONS]; safe-docker audit "
                                                "--help lists them",
                                       .options = options,
                                       .help = help,
                                       .run = show_log};
  return own_command(session, words, &form);
}

/* -- the commands ------------------------------------------------------------------------------- */

/* Behind sudo this process is the caller, who may read only what they may read; whether they may do more is for sudo to
 * say. What stands on standard input, or only help, needs no rights. */
static bool needs_nobody(const char *const *words) {
  for (; *words != NULL; words++) {
    if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0 ||
        strcmp(*words, "--file=-") == 0)
      return true;
    if (strcmp(*words, "--file") == 0 && words[1] != NULL && strcmp(words[1], "-") == 0)
      return true;
  }
  return false;
}

static bool is_door_of_root(enum sd_door door) {
  return door == SD_DOOR_SUDO || door == SD_DOOR_DOAS || door == SD_DOOR_PKEXEC;
}

int audit_command(struct session *session, const char *const *words) {
  static const struct {
    const char *word;
    int (*command)(struct session *session, const char *const *words);
  } commands[] = {{"changes", audit_changes_command}, {"suggest", audit_suggest_command}};
  if (is_door_of_root(session->who.door) && !needs_nobody(words))
    return admin_hand_over(session, "audit", words);
  for (size_t i = 0; words[0] != NULL && i < sizeof(commands) / sizeof(commands[0]); i++)
    if (strcmp(words[0], commands[i].word) == 0)
      return commands[i].command(session, words + 1);
  return show_command(session, words);
}
