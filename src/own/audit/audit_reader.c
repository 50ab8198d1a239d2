/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: read with the rights of whoever asks; go on behind a line that is damaged, and count it. */
#include "audit_reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/pages.h"

#include "output.h"

#define EMPTY_EVERY 64 /* records: a fresh block for each would cost more than reading it */
#define LARGE_LINE ((size_t)64 * 1024)
#define ACCOUNTS_MAX 1000 /* names that are looked up once */

/* -- the words ---------------------------------------------------------------------------------- */

static const char *name_at(const void *context, size_t index) {
  const struct sd_strv *names = context;
  return names->v.items[index];
}

static bool add_group(struct audit_reader *reader, const char *name, struct sd_error *err) {
  struct sd_group group;
  if (!sd_group_find(reader->session->arena, name, &group, err))
    return false;
  *sd_vec_push(reader->session->arena, &reader->filter.groups) = group;
  return true;
}

/* A name that no rule has would match nothing, without a word. */
static bool check_rule(struct audit_reader *reader, const char *name, struct sd_error *err) {
  struct sd_arena *arena = reader->session->arena;
  struct sd_page_sections sections = {0};
  struct sd_strv names = {0};
  sd_page_read(arena, SD_PAGE_RULES, &sections);
  for (size_t i = 0; i < sections.v.len; i++)
    for (size_t k = 0; k < sections.v.items[i].names.v.len; k++)
      sd_strv_add(&names, arena, sections.v.items[i].names.v.items[k]);
  if (sd_strv_contains(&names, name))
    return true;
  const char *near = sd_text_nearest(name, names.v.len, name_at, &names);
  return sd_fail_rule(err, NULL,
                      near != NULL ? sd_arena_printf(arena, "did you mean \"%s\"?", near)
                                   : "safe-docker-rules(7) describes them",
                      "audit: there is no rule \"%s\"", sd_text_safe(arena, name));
}

static bool read_option(struct audit_reader *reader, const struct own_given *given,
                        struct sd_error *err) {
  struct sd_audit_filter *filter = &reader->filter;
  struct sd_arena *arena = reader->session->arena;
  const struct {
    const char *name;
    struct sd_strv *list;
  } lists[] = {
      {"--user", &filter->users}, {"--rule", &filter->rules}, {"--command", &filter->commands}};
  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
    if (strcmp(given->name, lists[i].name) == 0)
      sd_strv_add(lists[i].list, arena, given->value);
  if (strcmp(given->name, "--group") == 0)
    return add_group(reader, given->value, err);
  if (strcmp(given->name, "--rule") == 0 && !check_rule(reader, given->value, err))
    return false;
  if (strcmp(given->name, "--since") == 0)
    filter->has_since = true;
  if (strcmp(given->name, "--until") == 0)
    filter->has_until = true;
  if (strcmp(given->name, "--denied") == 0)
    filter->denied = true;
  if (strcmp(given->name, "--allowed") == 0)
    filter->allowed = true;
  if (strcmp(given->name, "--file") == 0)
    reader->file = given->value;
  return true;
}

static bool read_times(struct audit_reader *reader, const struct own_words *words,
                       struct sd_error *err) {
  struct sd_audit_filter *filter = &reader->filter;
  struct sd_arena *arena = reader->session->arena;
  if (filter->has_since && !sd_when_parse(arena, own_words_value(words, "--since"), reader->now,
                                          &reader->zone, &filter->since, err))
    return false;
  if (filter->has_until && !sd_when_parse(arena, own_words_value(words, "--until"), reader->now,
                                          &reader->zone, &filter->until, err))
    return false;
  return !filter->has_since || !filter->has_until || filter->since <= filter->until ||
         sd_fail(err, "--until is before --since");
}

/* Those that send records, and what they become. */
static void find_programs(struct audit_reader *reader) {
  const struct session *session = reader->session;
  struct sd_arena *arena = session->arena;
  sd_strv_add(&reader->programs, arena, sd_audit_own_path(arena));
  if (session->has_policy)
    sd_strv_add(&reader->programs, arena, session->policy.docker.path);
}

bool audit_reader_init(struct session *session, const struct own_words *words,
                       struct audit_reader *out, struct sd_error *err) {
  *out = (struct audit_reader){.session = session, .zone = sd_clock_zone(), .now = sd_clock_now()};
  for (size_t i = 0; i < words->given.len; i++)
    if (!read_option(out, &words->given.items[i], err))
      return false;
  if (!read_times(out, words, err))
    return false;
  if (out->filter.denied && out->filter.allowed)
    return sd_fail_rule(err, NULL, "leave both out for all of them",
                        "no request is both --denied and --allowed");
  find_programs(out);
  sd_arena_init(&out->records);
  sd_log_lines_init(&out->lines, session->arena);
  return true;
}

void audit_reader_finish(struct audit_reader *reader) {
  sd_arena_finish(&reader->records);
}

/* -- lines -------------------------------------------------------------------------------------- */

static void empty_records(struct audit_reader *reader, size_t len) {
  if (++reader->since_emptied < EMPTY_EVERY && len < LARGE_LINE)
    return;
  sd_arena_reset(&reader->records);
  reader->since_emptied = 0;
}

static void count_record(struct sd_audit_counts *counts, const struct sd_audit_record *record) {
  counts->records++;
  counts->cut += record->cut ? 1 : 0;
  counts->unverified += record->trust == SD_AUDIT_UNVERIFIED ? 1 : 0;
  counts->forged += record->trust == SD_AUDIT_FORGED ? 1 : 0;
}

/* -1: no account here has the name, such as in the journal of another host. */
static int64_t uid_of(struct audit_reader *reader, const char *name) {
  struct sd_error ignored;
  uid_t uid = 0;
  gid_t gid = 0;
  for (size_t i = 0; i < reader->accounts.len; i++)
    if (strcmp(reader->accounts.items[i].name, name) == 0)
      return reader->accounts.items[i].uid;
  sd_error_init(&ignored, &reader->records);
  bool found = sd_identity_account(&reader->records, name, &uid, &gid, &ignored);
  if (reader->accounts.len < ACCOUNTS_MAX)
    *sd_vec_push(reader->session->arena, &reader->accounts) = (struct audit_reader_account){
        sd_arena_strdup(reader->session->arena, name), found ? (int64_t)uid : -1};
  return found ? (int64_t)uid : -1;
}

/* The journal knows the number of who sent a record; the name in it is the sender's word. */
static void check_name(struct audit_reader *reader, struct sd_audit_record *record) {
  if (!record->of_journal || record->trust != SD_AUDIT_SURE)
    return;
  int64_t uid = uid_of(reader, record->user);
  if (uid >= 0 && uid != record->uid)
    record->trust =
        reader->input.form == SD_AUDIT_FORM_JOURNAL ? SD_AUDIT_FORGED : SD_AUDIT_UNVERIFIED;
}

/* False ends the reading. */
static bool take_line(struct audit_reader *reader, const struct sd_log_line *line) {
  struct sd_audit_record record;
  empty_records(reader, line->len);
  reader->counts.lines++;
  reader->input.cut = line->cut;
  switch (sd_audit_read(&reader->records, line->text, line->len, &reader->input, &record)) {
  case SD_AUDIT_OTHER:
    return true;
  case SD_AUDIT_DAMAGED:
    reader->counts.damaged++;
    return true;
  case SD_AUDIT_RECORD:
    break;
  }
  check_name(reader, &record);
  count_record(&reader->counts, &record);
  if (!sd_audit_matches(&reader->filter, &record))
    return true;
  reader->counts.matched++;
  return reader->take(reader->context, &record, line);
}

/* All that is there now. *stopped: `take` wanted no more. */
static bool drain(struct audit_reader *reader, const struct sd_audit_stream *stream, bool *stopped,
                  struct sd_error *err) {
  struct sd_log_line line;
  enum sd_log_lines_result result;
  *stopped = false;
  while (!*stopped && (result = sd_log_lines_next(&reader->lines, &line)) == SD_LOG_LINE)
    *stopped = !take_line(reader, &line);
  return *stopped || result == SD_LOG_END ||
         sd_fail_errno(err, errno, "%s", sd_text_safe(err->arena, stream->path));
}

/* -- sources ------------------------------------------------------------------------------------ */

/* What is asked for, or what this host has. */
struct place {
  enum { PLACE_INPUT, PLACE_FILE, PLACE_LOG, PLACE_JOURNAL } kind;
  const char *path;
  enum sd_audit_form form;
};

static bool find_place(const struct audit_reader *reader, struct place *out, struct sd_error *err) {
  static const char *const logs[] = {"/var/log/auth.log", "/var/log/secure"};
  const struct session *session = reader->session;
  const char *own = session->has_policy ? session->policy.audit.file : "";
  if (reader->file != NULL && strcmp(reader->file, "-") == 0) {
    *out = (struct place){PLACE_INPUT, "standard input", SD_AUDIT_FORM_ANY};
    return true;
  }
  if (reader->file != NULL) {
    *out = (struct place){PLACE_FILE, reader->file, SD_AUDIT_FORM_ANY};
    return true;
  }
  if (own[0] != '\0') {
    *out = (struct place){PLACE_LOG, own, SD_AUDIT_FORM_RECORD};
    return true;
  }
  if (sd_audit_has_journal()) {
    *out = (struct place){PLACE_JOURNAL, "the journal", SD_AUDIT_FORM_JOURNAL};
    return true;
  }
  for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
    if (sd_audit_exists(logs[i])) {
      *out = (struct place){PLACE_LOG, logs[i], SD_AUDIT_FORM_SYSLOG};
      return true;
    }
  return sd_fail_rule(err, NULL, "name one with --file, or write one with audit.file of the policy",
                      "there is no log: the policy has no audit.file, and this host neither a "
                      "journal nor /var/log/auth.log");
}

static bool fail_to_read(const struct audit_reader *reader, struct sd_error *err) {
  if (err->hint == NULL && errno == EACCES && reader->session->who.uid != 0)
    err->hint = "who may read the log is for its owner to say; an administrator types: sudo "
                "safe-docker audit";
  return false;
}

/* A whole file, and its last line though nothing ends it. */
static bool read_stream(struct audit_reader *reader, struct sd_audit_stream *stream, bool *stopped,
                        struct sd_error *err) {
  struct sd_log_line line;
  sd_log_lines_from(&reader->lines, stream->fd);
  if (!drain(reader, stream, stopped, err))
    return false;
  if (!*stopped && sd_log_lines_rest(&reader->lines, &line))
    *stopped = !take_line(reader, &line);
  return true;
}

static bool read_piece(struct audit_reader *reader, const struct sd_audit_piece *piece,
                       bool *stopped, struct sd_error *err) {
  struct sd_audit_stream stream;
  struct sd_arena *arena = reader->session->arena;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (!sd_audit_open_piece(arena, piece, &stream, err))
    return fail_to_read(reader, err);
  sd_strv_add(&reader->sources, arena, sd_text_safe(arena, piece->path));
  bool good = read_stream(reader, &stream, stopped, err);
  return sd_audit_close(&stream, good && !*stopped ? err : &ignored) || *stopped ? good : false;
}

static void find_pieces(const struct audit_reader *reader, const struct place *place, bool past,
                        struct sd_audit_pieces *out) {
  struct sd_arena *arena = reader->session->arena;
  int64_t since = reader->filter.has_since ? reader->filter.since : INT64_MIN;
  if (place->kind == PLACE_FILE)
    *sd_vec_push(arena, &out->v) = sd_audit_piece_of(place->path);
  else if (past)
    sd_audit_find_pieces(arena, place->path, since, out);
}

static bool open_stream(struct audit_reader *reader, const struct place *place, bool follow,
                        long lines, struct sd_audit_stream *out, struct sd_error *err) {
  struct sd_arena *arena = reader->session->arena;
  int64_t since = reader->filter.has_since ? reader->filter.since : 0;
  struct sd_audit_piece piece = {.path = place->path};
  sd_strv_add(&reader->sources, arena, sd_text_safe(arena, place->path));
  if (place->kind == PLACE_JOURNAL)
    return sd_audit_open_journal(arena, since, follow, lines, out, err);
  if (place->kind != PLACE_INPUT)
    return sd_audit_open_piece(arena, &piece, out, err) || fail_to_read(reader, err);
  *out = sd_audit_standard_input();
  return true;
}

static bool begin(struct audit_reader *reader, struct place *place, struct sd_error *err) {
  if (!find_place(reader, place, err))
    return false;
  reader->input = (struct sd_audit_input){.form = place->form, .programs = &reader->programs};
  return true;
}

bool audit_reader_run(struct audit_reader *reader, struct sd_error *err) {
  struct place place;
  struct sd_audit_pieces pieces = {0};
  struct sd_audit_stream stream;
  bool stopped = false;
  if (!begin(reader, &place, err))
    return false;
  if (place.kind == PLACE_INPUT || place.kind == PLACE_JOURNAL) {
    if (!open_stream(reader, &place, false, 0, &stream, err) ||
        !read_stream(reader, &stream, &stopped, err))
      return false;
    return stopped || sd_audit_close(&stream, err);
  }
  find_pieces(reader, &place, true, &pieces);
  if (pieces.v.len == 0)
    sd_strv_add(&reader->sources, reader->session->arena,
                sd_text_safe(reader->session->arena, place.path));
  for (size_t i = 0; i < pieces.v.len && !stopped; i++)
    if (!read_piece(reader, &pieces.v.items[i], &stopped, err))
      return false;
  return true;
}

/* -- following ---------------------------------------------------------------------------------- */

/* A new file has the name. Who opened the old one before may still write to it for a moment: its end is read when the
 * new one was there for one. */
static bool change_file(struct audit_reader *reader, struct sd_audit_stream *stream, bool *stopped,
                        struct sd_error *err) {
  struct sd_log_line line;
  if (!drain(reader, stream, stopped, err))
    return false;
  if (*stopped || !sd_audit_follow_new(reader->session->arena, stream))
    return true;
  if (sd_log_lines_rest(&reader->lines, &line))
    *stopped = !take_line(reader, &line);
  sd_log_lines_from(&reader->lines, stream->fd);
  return true;
}

static bool go_on(struct audit_reader *reader, struct sd_audit_stream *stream, bool *closed,
                  struct sd_error *err) {
  for (bool stopped = false; !stopped;) {
    if (!drain(reader, stream, &stopped, err))
      return false;
    if (stopped || !reader->idle(reader->context))
      return true;
    switch (sd_audit_follow_wait(stream, STDOUT_FILENO)) {
    case SD_AUDIT_MORE:
      break;
    case SD_AUDIT_NEW:
      if (!change_file(reader, stream, &stopped, err))
        return false;
      break;
    case SD_AUDIT_EMPTIED:
      sd_log_lines_from(&reader->lines, stream->fd);
      break;
    case SD_AUDIT_CLOSED:
      *closed = true;
      return true;
    case SD_AUDIT_ENDED:
      return drain(reader, stream, &stopped, err) && reader->idle(reader->context);
    }
  }
  return true;
}

bool audit_reader_follow(struct audit_reader *reader, long lines, bool past, bool *closed,
                         struct sd_error *err) {
  struct place place;
  struct sd_audit_pieces pieces = {0};
  struct sd_audit_stream stream;
  bool stopped = false;
  *closed = false;
  if (!begin(reader, &place, err))
    return false;
  if (place.kind == PLACE_INPUT)
    return sd_fail_rule(err, NULL, "leave --follow out: standard input is read to its end",
                        "standard input cannot be followed");
  if (place.kind == PLACE_LOG)
    find_pieces(reader, &place, past, &pieces);
  /* The last one is the file itself. */
  for (size_t i = 0; i + 1 < pieces.v.len && !stopped; i++)
    if (!read_piece(reader, &pieces.v.items[i], &stopped, err))
      return false;
  if (stopped)
    return true;
  if (!open_stream(reader, &place, true, lines, &stream, err))
    return false;
  sd_log_lines_from(&reader->lines, stream.fd);
  return go_on(reader, &stream, closed, err);
}

/* -- what is told ------------------------------------------------------------------------------- */

void audit_reader_tell(const struct audit_reader *reader) {
  const struct {
    uint64_t count;
    const char *one, *many;
  } notes[] = {
      {reader->counts.damaged, "line is damaged and was passed over",
       "lines are damaged and were passed over"},
      {reader->counts.cut, "record has lost its end", "records have lost their end"},
      {reader->counts.forged, "record is forged: somebody else sent it",
       "records are forged: somebody else sent them"},
      {reader->counts.unverified, "record is unverified: any user of this host may write to syslog",
       "records are unverified: any user of this host may write to syslog"},
  };
  struct sd_arena *arena = reader->session->arena;
  for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
    if (notes[i].count > 0)
      output_tell(sd_arena_printf(arena, "safe-docker: note: %llu %s\n",
                                  (unsigned long long)notes[i].count,
                                  notes[i].count == 1 ? notes[i].one : notes[i].many));
}
