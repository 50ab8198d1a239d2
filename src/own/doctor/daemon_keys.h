/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of daemon.json: one table for what reads, judges and writes it. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_DAEMON_KEYS_H
#define SAFE_DOCKER_OWN_DOCTOR_DAEMON_KEYS_H

#include "safe-docker/base/json.h"

enum daemon_kind {
  DAEMON_TRUTH,
  DAEMON_TEXT,
  DAEMON_NUMBER,
  DAEMON_TEXTS,   /* a list of texts */
  DAEMON_MAP,     /* an object of texts */
  DAEMON_MAPS,    /* an object of objects of texts */
  DAEMON_TRUTHS,  /* an object of truths */
  DAEMON_RECORD,  /* any object */
  DAEMON_RECORDS, /* a list of objects */
};

/* Its texts lie in it: see base/row.h. */
struct daemon_key {
  char name[40];
  enum daemon_kind kind;
  unsigned since, until; /* 2010 for 20.10; `until` 0: it is still there */
  char flag[40];         /* "": none */
  char letter;           /* 0: none */
};
extern const struct daemon_key daemon_keys[]; /* sorted by name */
extern const size_t daemon_keys_count;

/* NULL: there is no such key. */
const struct daemon_key *daemon_key_find(const char *name);
const struct daemon_key *daemon_key_of_flag(const char *flag);
const struct daemon_key *daemon_key_of_letter(char letter);

/* The key that was meant by one that does not exist: a mistake that tutorials teach, the flag's name, the nearest; NULL: who
 * knows. */
const struct daemon_key *daemon_key_meant(const char *name);

/* Whether dockerd reads such a value for the key; false: `err` says what must stand there. null is read as nothing. */
bool daemon_key_takes(const struct daemon_key *key, const struct sd_json *value,
                      struct sd_error *err) SD_WARN_UNUSED;

#endif
