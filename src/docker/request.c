/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/request.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "entries.h"

struct builder {
  struct sd_arena *arena;
  const struct sd_host *host;
  struct sd_request *request;
  struct sd_problems *problems;
  /* Docker reads files first and single settings after them, wherever they stand. */
  struct sd_entries file_env, file_labels;
};

typedef bool set_value(struct builder *builder, const struct sd_given *given, void *field,
                       struct sd_error *err);

/* -- plain values ------------------------------------------------------------------------------ */

static bool set_bool(struct builder *builder, const struct sd_given *given, void *field,
                     struct sd_error *err) {
  struct sd_flag *flag = field;
  (void)builder;
  if (!sd_number_bool(given->value, &flag->value, err))
    return false;
  flag->set = true;
  flag->given = given;
  return true;
}

typedef bool parse_number(const char *text, int64_t *out, struct sd_error *err);

static bool set_number(parse_number *parse, const struct sd_given *given, void *field,
                       struct sd_error *err) {
  struct sd_number *number = field;
  if (!parse(given->value, &number->value, err))
    return false;
  number->set = true;
  number->given = given;
  return true;
}

static bool set_int(struct builder *builder, const struct sd_given *given, void *field,
                    struct sd_error *err) {
  bool is_unsigned = (given->row->flags & SD_OPTION_UNSIGNED) != 0;
  (void)builder;
  return set_number(is_unsigned ? sd_number_go_uint16 : sd_number_go_int, given, field, err);
}

static bool set_size(struct builder *builder, const struct sd_given *given, void *field,
                     struct sd_error *err) {
  (void)builder;
  return set_number(sd_number_size, given, field, err);
}

static bool set_cpus(struct builder *builder, const struct sd_given *given, void *field,
                     struct sd_error *err) {
  (void)builder;
  return set_number(sd_number_go_cpus, given, field, err);
}

static bool set_duration(struct builder *builder, const struct sd_given *given, void *field,
                         struct sd_error *err) {
  (void)builder;
  return set_number(sd_number_duration, given, field, err);
}

static bool set_text(struct builder *builder, const struct sd_given *given, void *field,
                     struct sd_error *err) {
  (void)builder;
  (void)err;
  *(struct sd_text *)field = (struct sd_text){true, given->value, given};
  return true;
}

static bool add_text(struct builder *builder, const struct sd_given *given, void *field,
                     struct sd_error *err) {
  (void)err;
  struct sd_texts *list = field;
  *sd_vec_push(builder->arena, &list->v) = (struct sd_text){true, given->value, given};
  return true;
}

/* -- environment and labels -------------------------------------------------------------------- */

static bool add_env(struct builder *builder, const struct sd_given *given, void *field,
                    struct sd_error *err) {
  return sd_entries_add_env(builder->arena, builder->host, given, field, err);
}

static bool add_env_file(struct builder *builder, const struct sd_given *given, void *field,
                         struct sd_error *err) {
  (void)field;
  return sd_entries_add_env_file(builder->arena, builder->host, given, &builder->file_env, err);
}

static bool add_label(struct builder *builder, const struct sd_given *given, void *field,
                      struct sd_error *err) {
  return sd_entries_add_label(builder->arena, given, field, err);
}

static bool add_label_file(struct builder *builder, const struct sd_given *given, void *field,
                           struct sd_error *err) {
  (void)field;
  return sd_entries_add_label_file(builder->arena, builder->host, given, &builder->file_labels,
                                   err);
}

/* -- values with an inner grammar -------------------------------------------------------------- */

/* Each spec type parses into an item and joins the vector at `field`. */
#define ADD_SPEC(function, type, member, parse)                                                    \
  static bool function(struct builder *builder, const struct sd_given *given, void *field,         \
                       struct sd_error *err) {                                                     \
    (void)field;                                                                                   \
    struct type item = {0};                                                                        \
    if (!parse(builder->arena, given->value, &item, err))                                          \
      return false;                                                                                \
    item.given = given;                                                                            \
    *sd_vec_push(builder->arena, &builder->request->member.v) = item;                              \
    return true;                                                                                   \
  }
ADD_SPEC(add_mount, sd_mount, mounts, sd_mount_parse)
ADD_SPEC(add_volume, sd_mount, mounts, sd_volume_parse)
ADD_SPEC(add_tmpfs, sd_tmpfs, tmpfs, sd_tmpfs_parse)
ADD_SPEC(add_network, sd_network, networks, sd_network_parse)
ADD_SPEC(add_port, sd_port, ports, sd_port_parse)
ADD_SPEC(add_security, sd_security, security, sd_security_parse)
ADD_SPEC(add_ulimit, sd_ulimit, ulimits, sd_ulimit_parse)
ADD_SPEC(add_device, sd_device, devices, sd_device_parse)

static set_value *const setters[] = {
    [SD_KIND_BOOL] = set_bool,
    [SD_KIND_INT] = set_int,
    [SD_KIND_SIZE] = set_size,
    [SD_KIND_CPUS] = set_cpus,
    [SD_KIND_DURATION] = set_duration,
    [SD_KIND_TEXT] = set_text,
    [SD_KIND_LIST] = add_text,
    [SD_KIND_ENV] = add_env,
    [SD_KIND_ENV_FILE] = add_env_file,
    [SD_KIND_LABEL] = add_label,
    [SD_KIND_LABEL_FILE] = add_label_file,
    [SD_KIND_MOUNT] = add_mount,
    [SD_KIND_VOLUME] = add_volume,
    [SD_KIND_TMPFS] = add_tmpfs,
    [SD_KIND_NETWORK] = add_network,
    [SD_KIND_PORT] = add_port,
    [SD_KIND_SECURITY] = add_security,
    [SD_KIND_ULIMIT] = add_ulimit,
    [SD_KIND_DEVICE] = add_device,
};

/* An empty value of it takes back what stood before it. */
static bool is_taken_back(struct builder *builder, const struct sd_given *given, void *field) {
  if ((given->row->flags & SD_OPTION_NO_EMPTY) == 0 || *given->value != '\0')
    return false;
  *(struct sd_text *)field = (struct sd_text){0};
  builder->request->present[given->row->id] = false;
  return true;
}

static void build_option(struct builder *builder, const struct sd_given *given) {
  struct sd_error err;
  sd_error_init(&err, builder->arena);
  const struct sd_option *row = given->row;
  void *field = (unsigned char *)builder->request + row->field;
  if (is_taken_back(builder, given, field))
    return;
  bool good = sd_text_is_utf8(given->value, strlen(given->value))
                  ? setters[row->kind](builder, given, field, &err)
                  : sd_fail(&err, "the value is not valid UTF-8, which Docker would change");
  if (good)
    builder->request->present[row->id] = true;
  else
    sd_problem_add_error(builder->problems, "invalid-value", given->option, given->typed, &err);
}

/* -- image and arguments ----------------------------------------------------------------------- */

static void build_words(struct builder *builder, const struct sd_command_line *line) {
  struct sd_error err;
  sd_error_init(&err, builder->arena);
  if (line->words.v.len == 0) {
    sd_problem_add(builder->problems, "missing-image", "",
                   "for example: docker run --rm alpine echo hello",
                   "%s: an image must follow the options", line->command);
    return;
  }
  const char *image = line->words.v.items[0];
  if (!sd_image_parse(builder->arena, image, &builder->request->image, &err))
    sd_problem_add_error(builder->problems, "invalid-image", sd_text_safe(builder->arena, image),
                         image[0] == '\0' ? "''" : sd_text_safe(builder->arena, image), &err);
  for (size_t i = 1; i < line->words.v.len; i++) {
    const char *word = line->words.v.items[i];
    if (!sd_text_is_utf8(word, strlen(word)))
      sd_problem_add(builder->problems, "invalid-value", "", "write it in UTF-8",
                     "%s: the argument is not valid UTF-8, which Docker would change",
                     sd_text_safe(builder->arena, word));
    sd_strv_add(&builder->request->args, builder->arena, word);
  }
}

void sd_request_build(struct sd_arena *arena, const struct sd_command_line *line,
                      const struct sd_host *host, struct sd_request *out,
                      struct sd_problems *problems) {
  *out = (struct sd_request){.verb = line->verb};
  struct builder builder = {.arena = arena, .host = host, .request = out, .problems = problems};
  for (size_t i = 0; i < line->options.len; i++)
    build_option(&builder, &line->options.items[i]);
  sd_entries_put_first(arena, &builder.file_env, &out->env);
  sd_entries_put_first(arena, &builder.file_labels, &out->labels);
  if (!out->help.value)
    build_words(&builder, line);
}
