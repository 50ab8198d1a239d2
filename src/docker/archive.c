/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: moby image/tarexport/load.go, containerd core/images/archive/importer.go, the OCI image layout; Go's
 * encoding/json takes keys in any case, so that only known keys in their right case are accepted. */
#include "safe-docker/docker/archive.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"

#define ID_DIGITS 64

static bool fail(struct sd_error *err, const char *where, const char *why) {
  return sd_fail_rule(err, NULL, "write it with docker save", "the archive is not understood: %s%s",
                      where, why);
}

static bool fail_nameless(struct sd_error *err) {
  return sd_fail_rule(err, NULL, "name it: docker save NAME",
                      "the archive has an image without a name, which would be nobody's");
}

/* -- the files that name images ----------------------------------------------------------------- */

enum described { MANIFEST, REPOSITORIES, INDEX, LAYOUT, DESCRIBED_COUNT };

static const char *const described[] = {[MANIFEST] = "manifest.json",
                                        [REPOSITORIES] = "repositories",
                                        [INDEX] = "index.json",
                                        [LAYOUT] = "oci-layout"};

struct reader {
  struct sd_arena *arena;
  struct sd_tar tar;
  struct sd_archive *out;
  struct sd_error *err;
  bool seen[DESCRIBED_COUNT];
  SD_VEC(struct sd_tar_entry) entries;
};

static bool is_listed(const char *key, const char *const *known) {
  for (; *known != NULL; known++)
    if (strcmp(key, *known) == 0)
      return true;
  return false;
}

static bool check_keys(struct reader *reader, enum described file, const struct sd_json *object,
                       const char *const *known) {
  if (object->type != SD_JSON_OBJECT)
    return fail(reader->err, described[file], " has something else where an object belongs");
  for (size_t i = 0; i < object->members.len; i++)
    if (!is_listed(object->members.items[i].key, known))
      return fail(reader->err, described[file], " has a key that is not known");
  return true;
}

static bool add_name(struct reader *reader, enum described file, const struct sd_json *name) {
  if (name->type != SD_JSON_STRING)
    return fail(reader->err, described[file], " has a name that is no text");
  sd_strv_add(&reader->out->names, reader->arena, name->string);
  return true;
}

/* A list of texts, null or nothing; each goes to `take`. */
static bool each_text(struct reader *reader, const struct sd_json *list,
                      bool (*take)(struct reader *reader, enum described file,
                                   const struct sd_json *text)) {
  if (list == NULL || list->type == SD_JSON_NULL)
    return true;
  if (list->type != SD_JSON_ARRAY)
    return fail(reader->err, described[MANIFEST], " has something else where a list belongs");
  for (size_t i = 0; i < list->items.len; i++)
    if (!take(reader, MANIFEST, list->items.items[i]))
      return false;
  return true;
}

static bool check_path(struct reader *reader, enum described file, const struct sd_json *path) {
  return (path->type == SD_JSON_STRING && sd_tar_path_is_clean(path->string)) ||
         fail(reader->err, described[file], " names a file outside the archive");
}

/* Engines would fetch such a layer themselves one day, from wherever it says. */
static bool has_urls(const struct sd_json *json) {
  for (size_t i = 0; i < json->items.len; i++)
    if (has_urls(json->items.items[i]))
      return true;
  for (size_t i = 0; i < json->members.len; i++)
    if (strcasecmp(json->members.items[i].key, "urls") == 0 ||
        has_urls(json->members.items[i].value))
      return true;
  return false;
}

static bool read_manifest(struct reader *reader, const struct sd_json *json) {
  static const char *const known[] = {"Config", "RepoTags",     "Layers",
                                      "Parent", "LayerSources", NULL};
  if (json->type != SD_JSON_ARRAY)
    return fail(reader->err, described[MANIFEST], " is no list");
  for (size_t i = 0; i < json->items.len; i++) {
    const struct sd_json *image = json->items.items[i];
    if (!check_keys(reader, MANIFEST, image, known))
      return false;
    const struct sd_json *config = sd_json_get(image, "Config");
    const struct sd_json *names = sd_json_get(image, "RepoTags");
    if (config == NULL || !check_path(reader, MANIFEST, config))
      return fail(reader->err, described[MANIFEST], " names no configuration");
    if (!each_text(reader, sd_json_get(image, "Layers"), check_path) ||
        !each_text(reader, names, add_name))
      return false;
    if (names == NULL || names->items.len == 0)
      return fail_nameless(reader->err);
  }
  return true;
}

/* {"NAME": {"TAG": "ID"}} */
static bool read_repositories(struct reader *reader, const struct sd_json *json) {
  if (json->type != SD_JSON_OBJECT)
    return fail(reader->err, described[REPOSITORIES], " is no object");
  for (size_t i = 0; i < json->members.len; i++) {
    const struct sd_json *tags = json->members.items[i].value;
    if (tags->type != SD_JSON_OBJECT)
      return fail(reader->err, described[REPOSITORIES], " has something else where tags belong");
    for (size_t j = 0; j < tags->members.len; j++)
      sd_strv_add(&reader->out->names, reader->arena,
                  sd_arena_printf(reader->arena, "%s:%s", json->members.items[i].key,
                                  tags->members.items[j].key));
  }
  return true;
}

static bool ends_with_tag(const char *name, const char *tag) {
  size_t len = strlen(name);
  size_t tag_len = strlen(tag);
  return tag_len > 0 && len > tag_len + 1 && name[len - tag_len - 1] == ':' &&
         strcmp(name + len - tag_len, tag) == 0;
}

/* The name of one image of the index. Of the two keys the first one decides; the other then holds its tag alone. */
static bool read_annotations(struct reader *reader, const struct sd_json *annotations) {
  if (annotations == NULL)
    return fail_nameless(reader->err);
  const struct sd_json *full = sd_json_get(annotations, "io.containerd.image.name");
  const struct sd_json *name = sd_json_get(annotations, "org.opencontainers.image.ref.name");
  for (size_t i = 0; i < annotations->members.len; i++)
    if (annotations->members.items[i].value->type != SD_JSON_STRING)
      return fail(reader->err, described[INDEX], " has an annotation that is no text");
  if (full == NULL && name == NULL)
    return fail_nameless(reader->err);
  if (full == NULL)
    return add_name(reader, INDEX, name);
  bool same = name == NULL || ends_with_tag(full->string, name->string);
  return add_name(reader, INDEX, full) && (same || add_name(reader, INDEX, name));
}

static bool read_index(struct reader *reader, const struct sd_json *json) {
  static const char *const index_keys[] = {"schemaVersion", "mediaType",   "artifactType",
                                           "manifests",     "annotations", NULL};
  static const char *const keys[] = {"mediaType", "digest",       "size", "annotations",
                                     "platform",  "artifactType", NULL};
  if (!check_keys(reader, INDEX, json, index_keys))
    return false;
  const struct sd_json *list = sd_json_get(json, "manifests");
  if (list == NULL || list->type != SD_JSON_ARRAY)
    return fail(reader->err, described[INDEX], " lists no images");
  for (size_t i = 0; i < list->items.len; i++)
    if (!check_keys(reader, INDEX, list->items.items[i], keys) ||
        !read_annotations(reader, sd_json_get(list->items.items[i], "annotations")))
      return false;
  return true;
}

static bool read_layout(struct reader *reader, const struct sd_json *json) {
  static const char *const known[] = {"imageLayoutVersion", NULL};
  return check_keys(reader, LAYOUT, json, known);
}

static bool read_described(struct reader *reader, const struct sd_tar_entry *entry,
                           enum described file) {
  static bool (*const readers[])(struct reader * reader,
                                 const struct sd_json *json) = {[MANIFEST] = read_manifest,
                                                                [REPOSITORIES] = read_repositories,
                                                                [INDEX] = read_index,
                                                                [LAYOUT] = read_layout};
  const char *text = NULL;
  size_t len = 0;
  struct sd_json *json = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, reader->arena);
  if (entry->type != SD_TAR_FILE || reader->seen[file])
    return fail(reader->err, described[file], " is no plain file, or stands there twice");
  reader->seen[file] = true;
  if (!sd_tar_content(&reader->tar, SD_JSON_MAX_BYTES, &text, &len, reader->err))
    return false;
  if (!sd_json_read(reader->arena, described[file], text, len, false, &json, &ignored))
    return fail(reader->err, described[file], " is no JSON that every engine reads alike");
  if (has_urls(json))
    return fail(reader->err, described[file], " has parts that must be fetched from elsewhere");
  return readers[file](reader, json);
}

/* -- the other entries -------------------------------------------------------------------------- */

static bool is_id(const char *text, size_t len) {
  return len == ID_DIGITS && strspn(text, "0123456789abcdef") >= len;
}

/* Layers that stand there twice: ID/layer.tar -> ../ID/layer.tar, ../ID.tar or ../blobs/sha256/ID. */
static bool is_layer_link(const struct sd_tar_entry *entry) {
  const char *target = entry->target;
  if (!is_id(entry->path, strcspn(entry->path, "/")) ||
      strcmp(entry->path + ID_DIGITS, "/layer.tar") != 0 || !sd_text_starts_with(target, "../"))
    return false;
  target += strlen("../");
  static const char blobs[] = "blobs/sha256/";
  if (sd_text_starts_with(target, blobs))
    return is_id(target + strlen(blobs), strlen(target + strlen(blobs)));
  return is_id(target, strcspn(target, "/.")) &&
         (strcmp(target + ID_DIGITS, "/layer.tar") == 0 || strcmp(target + ID_DIGITS, ".tar") == 0);
}

/* Nothing lies below what may be a link, or has a name that means something to who unpacks it. The files that name images
 * do not come here. */
static bool check_components(struct reader *reader, const char *path) {
  for (const char *at = path;;) {
    size_t len = strcspn(at, "/");
    bool last = at[len] == '\0';
    if (sd_text_starts_with(at, ".wh."))
      return fail(reader->err, "", "it has entries that remove files");
    if (!last && len == strlen("layer.tar") && sd_text_starts_with(at, "layer.tar"))
      return fail(reader->err, "", "something lies below a layer");
    for (size_t i = 0; i < DESCRIBED_COUNT; i++)
      if (at == path && len == strlen(described[i]) && sd_text_starts_with(at, described[i]))
        return fail(reader->err, described[i], " is a folder");
    if (last)
      return true;
    at += len + 1;
  }
}

static bool take_entry(struct reader *reader, const struct sd_tar_entry *entry) {
  *sd_vec_push(reader->arena, &reader->entries) = *entry;
  for (size_t i = 0; i < DESCRIBED_COUNT; i++)
    if (strcmp(entry->path, described[i]) == 0)
      return read_described(reader, entry, (enum described)i);
  if (entry->type == SD_TAR_LINK || (entry->type == SD_TAR_SYMLINK && !is_layer_link(entry)))
    return fail(reader->err, "", "it has links");
  return check_components(reader, entry->path);
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const struct sd_tar_entry *)a)->path, ((const struct sd_tar_entry *)b)->path);
}

/* Folders may be repeated; of anything else the second one would replace the first. */
static bool check_repeated(struct reader *reader) {
  if (reader->entries.len > 0)
    qsort(reader->entries.items, reader->entries.len, sizeof(reader->entries.items[0]), by_path);
  for (size_t i = 1; i < reader->entries.len; i++) {
    const struct sd_tar_entry *a = &reader->entries.items[i - 1];
    const struct sd_tar_entry *b = &reader->entries.items[i];
    if (strcmp(a->path, b->path) == 0 && (a->type != SD_TAR_FOLDER || b->type != SD_TAR_FOLDER))
      return fail(reader->err, sd_text_safe(reader->arena, a->path), " stands there twice");
  }
  return true;
}

static bool check_complete(struct reader *reader) {
  const bool *seen = reader->seen;
  if (seen[INDEX] != seen[LAYOUT])
    return fail(reader->err, "", "of oci-layout and index.json one is missing");
  if (!seen[MANIFEST] && !seen[REPOSITORIES] && !seen[INDEX])
    return fail(reader->err, "", "it has no manifest.json, so it holds no images");
  if (reader->out->names.v.len == 0)
    return fail(reader->err, "", "it holds no images");
  return true;
}

bool sd_archive_read(struct sd_arena *arena, const struct sd_tar_source *source,
                     struct sd_archive *out, struct sd_error *err) {
  struct sd_archive archive = {0};
  struct reader reader = {.arena = arena, .out = &archive, .err = err};
  sd_tar_init(&reader.tar, arena, source);
  for (;;) {
    struct sd_tar_entry entry;
    bool end = false;
    if (!sd_tar_next(&reader.tar, &entry, &end, err))
      return false;
    if (end)
      break;
    if (!take_entry(&reader, &entry))
      return false;
  }
  if (!check_repeated(&reader) || !check_complete(&reader))
    return false;
  *out = archive;
  return true;
}
