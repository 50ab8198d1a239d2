/* SPDX-License-Identifier: Apache-2.0 */
/* --network in its short and its long form. */
#include "spec_fixture.h"

/* All that was understood, in one text that parses again. */
static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_network network;
  struct sd_str out;
  if (!sd_network_parse(arena, text, &network, err))
    return NULL;
  if (!network.long_form)
    return network.name;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "name=%s", network.name);
  for (size_t i = 0; i < network.aliases.v.len; i++)
    sd_str_addf(&out, ",alias=%s", network.aliases.v.items[i]);
  for (size_t i = 0; i < network.driver_opts.v.len; i++)
    sd_str_addf(&out, ",driver-opt=%s", network.driver_opts.v.items[i]);
  for (size_t i = 0; i < network.link_local_ips.v.len; i++)
    sd_str_addf(&out, ",link-local-ip=%s", network.link_local_ips.v.items[i]);
  if (network.ip != NULL)
    sd_str_addf(&out, ",ip=%s", network.ip);
  if (network.ip6 != NULL)
    sd_str_addf(&out, ",ip6=%s", network.ip6);
  if (network.mac != NULL)
    sd_str_addf(&out, ",mac-address=%s", network.mac);
  if (network.gw_priority != NULL)
    sd_str_addf(&out, ",gw-priority=%s", network.gw_priority);
  return sd_str_text(&out);
}

static void short_form(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("bridge"),
      SPEC_SAME("none"),
      SPEC_SAME("HOST"),
      SPEC_SAME("my.net_1-x"),
      SPEC_SAME("container:web"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("container:", "not the name of a network"),
      SPEC_REFUSED("CONTAINER:web", "not the name of a network"),
      SPEC_REFUSED("-net", "not the name of a network"),
      SPEC_REFUSED("ns:/proc/1/ns/net", "not the name of a network"),
      SPEC_REFUSED("host,", "is not the long form"),
      SPEC_REFUSED("\"host\"", "is not the long form"),
      SPEC_REFUSED(" host", "is not the long form"),
      SPEC_REFUSED("host\n", "control characters"),
      SPEC_REFUSED("\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

/* The CLI lowers the whole text, so this is the host's network. */
static void long_form(void **state) {
  static const struct spec_case rows[] = {
      {"name=HOST", "name=host", NULL},
      {"NAME=Host", "name=host", NULL},
      {"\"name=host\"", "name=host", NULL},
      {"name=Net,alias=FooBar,alias=b", "name=net,alias=foobar,alias=b", NULL},
      {"name=x,driver-opt=A=B,driver-opt=c=d=e", "name=x,driver-opt=a=b,driver-opt=c=d=e", NULL},
      {"name=x,ip=1.2.3.4,ip6=FE80::0:1", "name=x,ip=1.2.3.4,ip6=fe80::1", NULL},
      {"name=x,link-local-ip=169.254.0.1,link-local-ip=fe80::2",
       "name=x,link-local-ip=169.254.0.1,link-local-ip=fe80::2", NULL},
      {"name=x,mac-address=02:42:AC:11:00:02", "name=x,mac-address=02:42:ac:11:00:02", NULL},
      {"name=x,gw-priority=-5", "name=x,gw-priority=-5", NULL},
      {"name=x,ip=,ip6=,mac-address=", "name=x", NULL},
      {"alias=a,name=container:Foo", "name=container:foo,alias=a", NULL},
  };
  (void)state;
  CHECK_CASES(rows, run);
}

static void long_form_refused(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("alias=x", "no name="),
      SPEC_REFUSED("name=", "name is empty"),
      SPEC_REFUSED("name=x,alias=", "alias is empty"),
      SPEC_REFUSED("name=x,link-local-ip=", "link-local-ip is empty"),
      SPEC_REFUSED("name=x,ip=,ip=10.0.0.2", "ip is given twice"),
      SPEC_REFUSED("name=x,name=host", "name is given twice"),
      SPEC_REFUSED("name=x,NAME=host", "name is given twice"),
      SPEC_REFUSED("name=x,ip=1.2.3.4,ip=1.2.3.5", "ip is given twice"),
      SPEC_REFUSED("name=x,foo=y", "unknown network key 'foo'"),
      SPEC_REFUSED("name=x,aliases=y", "did you mean alias"),
      SPEC_REFUSED("net=", "unknown network key"),
      SPEC_REFUSED("=host", "unknown network key ''"),
      SPEC_REFUSED("x,alias=y", "no KEY=VALUE"),
      SPEC_REFUSED("name=x,", "no KEY=VALUE"),
      SPEC_REFUSED(" name=host", "blank"),
      SPEC_REFUSED("name= host", "blank"),
      SPEC_REFUSED("name =host", "blank"),
      SPEC_REFUSED("\" name=host\"", "blank"),
      SPEC_REFUSED("\nname=host", "control characters"),
      SPEC_REFUSED("name=x\nname=host", "control characters"),
      SPEC_REFUSED("name=\"host\"", "does not begin with one"),
      SPEC_REFUSED("name=h\xC3\x96st", "ASCII"),
      SPEC_REFUSED("container:a=b", "unknown network key"),
      SPEC_REFUSED("name=/x", "not the name of a network"),
      SPEC_REFUSED("name=x,ip=::1", "of the other kind"),
      SPEC_REFUSED("name=x,ip6=1.2.3.4", "of the other kind"),
      SPEC_REFUSED("name=x,ip=1.2.3", "not an IP address"),
      SPEC_REFUSED("name=x,link-local-ip=x", "not an IP address"),
      SPEC_REFUSED("name=x,mac-address=02-42-ac-11-00-02", "02:42:ac:11:00:02"),
      SPEC_REFUSED("name=x,mac-address=02:42:ac:11:00:0g", "not a hardware address"),
      SPEC_REFUSED("name=x,gw-priority=a", "gw-priority: "),
      SPEC_REFUSED("name=x,gw-priority=0x1", "gw-priority: "),
      SPEC_REFUSED("name=x,driver-opt=a", "driver-opt=KEY=VALUE"),
      SPEC_REFUSED("name=x,driver-opt==a", "driver-opt=KEY=VALUE"),
      SPEC_REFUSED("name=x,driver-opt=a=1,driver-opt=A=2", "'a' is given twice"),
      SPEC_REFUSED("name=x,driver-opt=a =1", "blank"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_form),
      cmocka_unit_test(long_form),
      cmocka_unit_test(long_form_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
