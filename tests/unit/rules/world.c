/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

static void add_network(struct fixture *fixture, const char *name, char digit, const char *labels) {
  char id[65];
  for (size_t i = 0; i < sizeof(id) - 1; i++)
    id[i] = digit;
  id[sizeof(id) - 1] = '\0';
  fixture_object(fixture, SD_OBJECT_NETWORK,
                 sd_arena_printf(&fixture->arena,
                                 "{\"Id\":\"%s\",\"Name\":\"%s\",\"IPAM\":{},\"Labels\":%s}", id,
                                 name, labels));
}

static void add_volume(struct fixture *fixture, const char *name, const char *labels) {
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 sd_arena_printf(&fixture->arena,
                                 "{\"Name\":\"%s\",\"Mountpoint\":\"/v\",\"Labels\":%s}", name,
                                 labels));
}

void world_looked_up(struct fixture *fixture, const char *mounts) {
  static const char alice[] = "{\"io.safe-docker.owner\":\"1000\"}";
  static const char bob[] = "{\"io.safe-docker.owner\":\"1001\"}";
  fixture_container(fixture, "mine", '1', 1000,
                    sd_arena_printf(&fixture->arena, ",\"Mounts\":%s", mounts));
  fixture_container(fixture, "theirs", '2', 1001, "");
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\":\"3333333333333333333333333333333333333333333333333333333333333333\","
                 "\"Name\":\"/plain\",\"Config\":{\"User\":\"\",\"Labels\":{}},"
                 "\"HostConfig\":{}}");
  add_network(fixture, "lan", 'a', alice);
  add_network(fixture, "bobs", 'b', bob);
  add_network(fixture, "team", 'c', "{}");
  add_volume(fixture, "data", alice);
  add_volume(fixture, "secret", bob);
  add_volume(fixture, "old", "null");
  fixture->objects.complete = true;
  fixture->in.objects = &fixture->objects;
}

void world_command(struct fixture *fixture, const char *words) {
  fixture_line(fixture, words);
  fixture_decide(fixture);
}
