/* SPDX-License-Identifier: Apache-2.0 */
/* What a name or an id of an image stands for on this host, and whether that is what the policy allows.
 *
 * MUST: where names are looked at, hand on nothing that could mean another image by the time it is used: a digest, an id, or
 * a name that only its owner gives; deny what is not known.
 *
 * What tells that a tag is the repository's: an image that came from a registry, or went there, has the repository's digest
 * (RepoDigests); docker tag, load, build, import and commit give tags alone. Where containerd stores images every tag has a
 * digest, the image's own (moby, daemon/containerd/image_inspect.go), which says nothing: the registry is then asked for it. */
#include <string.h>

#include "images.h"
#include "internal.h"
#include "safe-docker/base/text.h"

struct trust {
  const struct sd_rule_input *in;
  struct sd_decision *decision;
  const struct sd_image *image; /* as the caller wrote it */
  struct sd_image *out;         /* what is handed on */
};

static const struct sd_policy *policy_of(const struct trust *t) {
  return t->in->policy;
}

static bool is_verified(const struct trust *t) {
  return policy_of(t)->images.verify.command.v.len > 0;
}

bool sd_image_is_looked_at(const struct sd_policy *policy) {
  return policy->images.verify.command.v.len > 0 || !sd_strv_contains(&policy->images.allow, "**");
}

static bool deny(const struct trust *t, const char *rule, const char *hint, const char *reason) {
  sd_image_deny(t->in, t->decision, t->image, rule, hint, reason);
  return false;
}

static bool deny_name(const struct trust *t) {
  return deny(t, "image", sd_image_allowed_hint(t->in), "the policy does not allow this image");
}

/* -- names and digests --------------------------------------------------------------------------- */

static struct sd_image with_digest(const struct sd_image *image, const char *digest) {
  struct sd_image out = *image;
  out.digest = digest;
  return out;
}

/* Patterns that name content: those with a digest. */
static bool covers_digest(const struct trust *t, const struct sd_image *image, const char *digest) {
  const struct sd_strv *allow = &policy_of(t)->images.allow;
  for (size_t i = 0; i < allow->v.len; i++) {
    const char *at = strchr(allow->v.items[i], '@');
    struct sd_strv one = {0};
    if (at == NULL)
      continue;
    /* Without a digest: whether there is any with which it would be covered. */
    struct sd_image asked = with_digest(image, digest != NULL ? digest : at + 1);
    sd_strv_add(&one, t->in->arena, allow->v.items[i]);
    if (sd_image_matches(t->in, &one, &asked, SD_IMAGE_ONE))
      return true;
  }
  return false;
}

static bool is_allowed(const struct trust *t, const struct sd_image *image) {
  return sd_image_matches(t->in, &policy_of(t)->images.allow, image, SD_IMAGE_ONE);
}

/* Names that are given on this host by those who may, and so need no registry. */
static bool is_made_here(const struct trust *t, const struct sd_image *image) {
  return sd_image_matches(t->in, &policy_of(t)->images.local, image, SD_IMAGE_ONE) ||
         sd_image_matches(t->in, &policy_of(t)->images.own, image, SD_IMAGE_ONE);
}

static bool parse(const struct trust *t, const char *text, struct sd_image *out) {
  struct sd_error err;
  sd_error_init(&err, t->in->arena);
  return sd_image_parse(t->in->arena, text, out, &err) && out->name != NULL;
}

/* The digest by which the repository has this image, one that the policy names before any other; NULL: it has none. */
static const char *repository_digest(const struct trust *t, const struct sd_image *image,
                                     const struct sd_object *object) {
  struct sd_strv names = sd_image_names(t->in->arena, object, "RepoDigests");
  const char *digest = NULL;
  for (size_t i = 0; i < names.v.len; i++) {
    struct sd_image found;
    if (!parse(t, names.v.items[i], &found) || found.digest == NULL ||
        strcmp(found.name, image->name) != 0)
      continue;
    if (covers_digest(t, image, found.digest))
      return found.digest;
    digest = digest != NULL ? digest : found.digest;
  }
  return digest;
}

/* Only where containerd stores the images an image's id is the digest that a registry would have it by. */
static bool tells_nothing(const struct trust *t, const struct sd_object *object) {
  struct sd_strv names = sd_image_names(t->in->arena, object, "RepoDigests");
  for (size_t i = 0; i < names.v.len; i++) {
    const char *at = strchr(names.v.items[i], '@');
    if (at != NULL && strcmp(at + 1, object->id) == 0)
      return true;
  }
  return false;
}

/* -- pulling ------------------------------------------------------------------------------------- */

static const char *pull_wanted(const struct trust *t) {
  const struct sd_text *pull = &t->in->request->pull;
  return pull->set && pull->value[0] != '\0' ? pull->value : policy_of(t)->images.pull;
}

static const char *platform_wanted(const struct trust *t) {
  const struct sd_text *platform = &t->in->request->platform;
  return platform->set ? platform->value : "";
}

static bool was_pulled(const struct trust *t, const char *reference) {
  const struct sd_image_pulls *pulled = t->in->pulled;
  for (size_t i = 0; pulled != NULL && i < pulled->v.len; i++)
    if (strcmp(pulled->v.items[i].reference, reference) == 0 &&
        strcmp(pulled->v.items[i].platform, platform_wanted(t)) == 0)
      return true;
  return false;
}

static bool want_pull(const struct trust *t, const char *reference, const char *absent) {
  *sd_vec_push(t->in->arena, &t->decision->pulls.v) =
      (struct sd_image_pull){.reference = reference,
                             .platform = platform_wanted(t),
                             .quiet = t->in->request->quiet.value,
                             .absent = absent};
  sd_changed(t->decision, "image-pinned",
             "it is pulled first: what runs is then what was pulled and judged", "pull -- %s",
             reference);
  return true;
}

/* -- handing on ---------------------------------------------------------------------------------- */

/* The digest is what is approved and, but for ids, what is handed on. */
static void use(const struct trust *t, const struct sd_image *image, const char *digest) {
  struct sd_arena *arena = t->in->arena;
  struct sd_used_image used = {.name = sd_arena_printf(arena, "%s:%s", image->name,
                                                       image->tag != NULL ? image->tag : "latest"),
                               .content = sd_arena_printf(arena, "%s@%s", image->name, digest),
                               .verify = is_verified(t)};
  if (image->tag == NULL && image->digest != NULL)
    used.name = image->name;
  *sd_vec_push(arena, &t->decision->used.v) = used;
  if (used.verify)
    sd_changed(t->decision, "image-verify", "the policy's program must approve it first", "%s %s",
               policy_of(t)->images.verify.command.v.items[0], used.content);
}

/* name:tag@digest: with a digest the daemon and both kinds of image stores go by that alone. */
static bool pin(const struct trust *t, const struct sd_image *image, const char *digest) {
  struct sd_arena *arena = t->in->arena;
  struct sd_image pinned;
  const char *tag = image->tag != NULL ? image->tag : "latest";
  use(t, image, digest);
  if (!parse(t, sd_arena_printf(arena, "%s:%s@%s", image->name, tag, digest), &pinned))
    return deny(t, "image-repointed", "write the image as name@sha256:...",
                "the digest that it has on this host is not understood");
  pinned.given = sd_image_familiar(arena, &pinned);
  *t->out = pinned;
  t->decision->out.pull = (struct sd_text){0}; /* there is nothing newer under a digest */
  sd_changed(t->decision, "image-pinned",
             "what runs is what was judged, whatever the tag means by then", "%s", pinned.given);
  return true;
}

static bool hand_on_name(const struct trust *t, const struct sd_image *image) {
  if (image->maybe_id)
    t->out->given = sd_image_familiar(t->in->arena, image);
  return true;
}

/* -- by name and tag ----------------------------------------------------------------------------- */

static bool deny_repointed(const struct trust *t) {
  if (is_verified(t))
    return deny(
        t, "image-verify",
        "docker pull brings the repository's own; push what was made on this host to a "
        "registry, and run it from there",
        "the image that has this name here has no digest of its repository, so it cannot be "
        "verified");
  return deny(t, "image-repointed",
              "docker pull brings the repository's own; names that are given on this host stand in "
              "images.local of the policy",
              "the image that has this name here is not the repository's: somebody gave it the "
              "name");
}

/* The registry tells whether the content is its repository's. */
static bool ask_registry(const struct trust *t, const char *content) {
  if (strcmp(pull_wanted(t), "never") == 0)
    return deny(t, "image-repointed",
                "ask the administrator to name its digest in images.allow, or it in images.local",
                "containerd stores the images of this host, so only the registry could tell that "
                "this is the repository's, and nothing is to be pulled");
  return want_pull(t, content, NULL);
}

static bool judge_found(const struct trust *t, const struct sd_image *image,
                        const struct sd_object *object) {
  const char *digest = repository_digest(t, image, object);
  if (digest == NULL)
    return deny_repointed(t);
  if (covers_digest(t, image, digest))
    return pin(t, image, digest);
  if (!is_allowed(t, image))
    return deny(t, "image", sd_image_allowed_hint(t->in),
                "the policy allows another content of it than this host has");
  const char *content = sd_arena_printf(t->in->arena, "%s@%s", image->name, digest);
  if (!tells_nothing(t, object) || was_pulled(t, content))
    return pin(t, image, digest);
  return ask_registry(t, content);
}

static bool judge_absent(const struct trust *t, const struct sd_image *image,
                         const char *reference) {
  if (strcmp(pull_wanted(t), "never") == 0)
    return deny(t, "pull", "see docker images",
                "the image is not on this host, and it is not to be pulled");
  if (was_pulled(t, reference))
    return deny(t, "image-repointed", "try again", "what was pulled has not got this name");
  return want_pull(t, reference, sd_image_familiar(t->in->arena, image));
}

static bool judge_tag(const struct trust *t, const struct sd_image *image) {
  const struct sd_object *object = NULL;
  bool allowed = is_allowed(t, image);
  if (!allowed && (t->in->blind || !covers_digest(t, image, NULL)))
    return deny_name(t);
  /* The real CLI then asks the signature server for the digest, and hands that on. */
  if (policy_of(t)->images.content_trust || (allowed && !is_verified(t) && is_made_here(t, image)))
    return allowed ? hand_on_name(t, image) : deny_name(t);
  if (strcmp(pull_wanted(t), "always") == 0 && !was_pulled(t, image->canonical))
    return want_pull(t, image->canonical, NULL);
  enum sd_found state =
      sd_rule_find(t->in, t->decision, SD_OBJECT_IMAGE, image->canonical, &object);
  if (state == SD_FOUND_NOTHING)
    return judge_absent(t, image, image->canonical);
  return object->json == NULL || judge_found(t, image, object);
}

/* -- by digest ----------------------------------------------------------------------------------- */

/* Whether the image has a tag of the repository that is allowed. */
static bool has_allowed_tag(const struct trust *t, const struct sd_object *object,
                            const char *name) {
  struct sd_strv tags = sd_image_names(t->in->arena, object, "RepoTags");
  for (size_t i = 0; i < tags.v.len; i++) {
    struct sd_image found;
    if (parse(t, tags.v.items[i], &found) && strcmp(found.name, name) == 0 && is_allowed(t, &found))
      return true;
  }
  return false;
}

/* The digest is the policy's own word, or nothing is asked of where it came from. */
static bool is_taken_as_given(const struct trust *t, const struct sd_image *image) {
  return t->in->blind || sd_strv_contains(&policy_of(t)->images.allow, "**") ||
         covers_digest(t, image, image->digest) || (!is_verified(t) && is_made_here(t, image));
}

/* Where containerd stores images a digest that somebody tagged here is one of the repository for the daemon (moby 24: of
 * every repository): the registry is asked for it, too. */
static bool is_of_repository(const struct trust *t, const struct sd_image *image, bool allowed,
                             bool *settled) {
  const struct sd_object *object = NULL;
  const char *content = sd_arena_printf(t->in->arena, "%s@%s", image->name, image->digest);
  enum sd_found state = sd_rule_find(t->in, t->decision, SD_OBJECT_IMAGE, content, &object);
  *settled = false;
  if (!allowed && (state == SD_FOUND_NOTHING ||
                   (object->json != NULL && !has_allowed_tag(t, object, image->name))))
    return deny_name(t);
  if (state == SD_FOUND_NOTHING)
    return judge_absent(t, image, content);
  if (object->json == NULL)
    return true;
  *settled = !tells_nothing(t, object) || was_pulled(t, content);
  return *settled || ask_registry(t, content);
}

static bool judge_digest(const struct trust *t, const struct sd_image *image) {
  bool allowed = is_allowed(t, image);
  bool settled = true;
  if (!allowed && t->in->blind)
    return deny_name(t);
  if ((!allowed || !is_taken_as_given(t, image)) && !is_of_repository(t, image, allowed, &settled))
    return false;
  if (settled)
    use(t, image, image->digest);
  return true;
}

/* -- by id --------------------------------------------------------------------------------------- */

/* Whether one of the names that the image has is one by which it could be run; *content is the digest that goes with it,
 * where there is one. */
static bool id_has_allowed_name(const struct trust *t, const struct sd_object *object,
                                struct sd_image *name, const char **digest) {
  static const char *const keys[] = {"RepoDigests", "RepoTags"};
  bool any = sd_strv_contains(&policy_of(t)->images.allow, "**");
  for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
    struct sd_strv names = sd_image_names(t->in->arena, object, keys[k]);
    for (size_t i = 0; i < names.v.len; i++) {
      if (!parse(t, names.v.items[i], name) || !is_allowed(t, name))
        continue;
      *digest = repository_digest(t, name, object);
      bool proven =
          *digest != NULL && (!tells_nothing(t, object) || any || covers_digest(t, name, *digest));
      if (proven || (!is_verified(t) && is_made_here(t, name)))
        return true;
    }
  }
  return false;
}

static bool judge_id(const struct trust *t, const struct sd_object *object) {
  struct sd_image name;
  const char *digest = NULL;
  if (!id_has_allowed_name(t, object, &name, &digest))
    return deny(t, "image-id", sd_image_allowed_hint(t->in),
                is_verified(t) ? "the image of this id has no digest of a repository that is "
                                 "allowed, and could not be verified"
                               : "the image of this id has no name that the policy allows");
  if (digest != NULL)
    use(t, &name, digest);
  *t->out = (struct sd_image){.given = object->id, .is_id = true, .canonical = object->id};
  return true;
}

/* Docker takes a name before the beginning of an id. */
static bool judge_word(const struct trust *t) {
  const struct sd_object *object = NULL;
  const struct sd_image *image = t->image;
  if (t->in->blind && !sd_strv_contains(&policy_of(t)->images.allow, "**"))
    return deny(t, "image-id", "write the image as name:tag",
                "it may be the id of any image of the host, whatever its name");
  enum sd_found state = sd_rule_find(t->in, t->decision, SD_OBJECT_IMAGE, image->given, &object);
  if (state == SD_FOUND_NOTHING && image->is_id)
    return deny(t, "image-id", "see docker images", "there is no image of this id on this host");
  if (state != SD_FOUND_NOTHING && object->json == NULL)
    return true;
  if (state == SD_FOUND_NOTHING ||
      (!image->is_id && sd_image_has_name(t->in->arena, object, image->canonical)))
    return judge_tag(t, image);
  return judge_id(t, object);
}

bool sd_image_resolve(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_image *image, struct sd_image *out) {
  struct trust t = {in, decision, image, out};
  if (in->nothing_starts)
    return image->name == NULL || (image->maybe_id && !in->pulls_names) || is_allowed(&t, image) ||
           covers_digest(&t, image, image->digest) || deny_name(&t);
  if (image->is_id || image->maybe_id)
    return judge_word(&t);
  return image->digest != NULL ? judge_digest(&t, image) : judge_tag(&t, image);
}
