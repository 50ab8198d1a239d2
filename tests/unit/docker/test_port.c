/* SPDX-License-Identifier: Apache-2.0 */
/* --publish and --expose in all their forms, and IP addresses. */
#include "spec_fixture.h"

static const char *run_port(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_port port;
  return sd_port_parse(arena, text, &port, err) ? sd_port_format(arena, &port) : NULL;
}

static const char *run_expose(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_port port;
  if (!sd_expose_parse(arena, text, &port, err))
    return NULL;
  assert_int_equal(port.host_first, 0);
  assert_int_equal(port.host_last, 0);
  assert_null(port.ip);
  return sd_expose_format(arena, &port);
}

static const char *run_ip(struct sd_arena *arena, const char *text, struct sd_error *err) {
  const char *ip = NULL;
  return sd_ip_parse(arena, text, &ip, err) ? ip : NULL;
}

static void short_form(void **state) {
  static const struct spec_case rows[] = {
      {"80", "80/tcp", NULL},
      {"80/UDP", "80/udp", NULL},
      {"80/sctp", "80/sctp", NULL},
      {"8080:80", "8080:80/tcp", NULL},
      {":80", "80/tcp", NULL},
      {"127.0.0.1:8080:80", "127.0.0.1:8080:80/tcp", NULL},
      {"127.0.0.1::80/udp", "127.0.0.1::80/udp", NULL},
      {"0.0.0.0:1:65535", "0.0.0.0:1:65535/tcp", NULL},
      {"[::1]:8080:80", "[::1]:8080:80/tcp", NULL},
      {"[0:0::1]::80", "[::1]::80/tcp", NULL},
      {"[::]:80:80", "[::]:80:80/tcp", NULL},
      {"80-81", "80-81/tcp", NULL},
      {"80-80", "80/tcp", NULL},
      {"8000-8001:80-81", "8000-8001:80-81/tcp", NULL},
      {"8000-8005:80", "8000-8005:80/tcp", NULL},
      {"127.0.0.1:1-2:3-4/udp", "127.0.0.1:1-2:3-4/udp", NULL},
      {"08080:0080", "8080:80/tcp", NULL},
      {"0:80", "80/tcp", NULL},
      {"00:80", "80/tcp", NULL},
      {"127.0.0.1:0:80", "127.0.0.1::80/tcp", NULL},
      {":8080:80", "8080:80/tcp", NULL},
      {"::80", "80/tcp", NULL},
      {"80/", "80/tcp", NULL},
  };
  (void)state;
  CHECK_CASES(rows, run_port);
}

static void short_form_refused(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("0", "1 to 65535"),
      SPEC_REFUSED("65536", "1 to 65535"),
      SPEC_REFUSED("0-0:80", "host port '0-0'"),
      SPEC_REFUSED("0-80:80", "host port '0-80'"),
      SPEC_REFUSED("80:0", "container port '0'"),
      SPEC_REFUSED("80:", "container port ''"),
      SPEC_REFUSED("065536:80", "host port '065536'"),
      SPEC_REFUSED("::", "container port ''"),
      SPEC_REFUSED(":::80", "too many colons"),
      SPEC_REFUSED("+80:80", "host port '+80'"),
      SPEC_REFUSED("0x50:80", "host port '0x50'"),
      SPEC_REFUSED(" 80:80", "host port ' 80'"),
      SPEC_REFUSED("80 :80", "host port '80 '"),
      SPEC_REFUSED("80\n", "control characters"),
      SPEC_REFUSED("80/foo", "tcp, udp or sctp"),
      SPEC_REFUSED("80/tcp/udp", "tcp, udp or sctp"),
      SPEC_REFUSED("81-80", "backwards"),
      SPEC_REFUSED("80-", "not a port"),
      SPEC_REFUSED("1-2-3", "not a port"),
      SPEC_REFUSED("8000-8002:80-81", "equally long"),
      SPEC_REFUSED("8000:80-81", "equally long"),
      SPEC_REFUSED("localhost:80:80", "'localhost' is not an IP address"),
      SPEC_REFUSED("1.2.3:80:80", "not an IP address"),
      SPEC_REFUSED("01.2.3.4:80:80", "not an IP address"),
      SPEC_REFUSED(" :8080:80", "not an IP address"),
      SPEC_REFUSED("::1:8080:80", "[::1]:8080:80"),
      SPEC_REFUSED("[::1]:80", "two ports"),
      SPEC_REFUSED("[::1]8080:80", "does not end"),
      SPEC_REFUSED("[::1:80:80", "does not end"),
      SPEC_REFUSED("::1]:80:80", "brackets"),
      SPEC_REFUSED("[127.0.0.1]:80:80", "only IPv6"),
      SPEC_REFUSED("[]:80:80", "only IPv6"),
      SPEC_REFUSED("[::1%lo]:80:80", "not an IP address"),
      SPEC_REFUSED("[::ffff:1.2.3.4]:80:80", "write the IPv4 address"),
      SPEC_REFUSED("[::1]:1:2:3", "two ports"),
  };
  (void)state;
  CHECK_CASES(rows, run_port);
}

/* The CLI drops keys that it does not know: host_ip would publish on all addresses. */
static void long_form(void **state) {
  static const struct spec_case rows[] = {
      {"published=8080,target=80", "8080:80/tcp", NULL},
      {"target=80,protocol=UDP", "80/udp", NULL},
      {"target=80,published=90,protocol=udp,mode=host", "90:80/udp", NULL},
      {"target=80,mode=ingress", "80/tcp", NULL},
      {"published=80-81,target=80-81", "80-81:80-81/tcp", NULL},
      SPEC_REFUSED("host_ip=127.0.0.1,published=8080,target=80", "127.0.0.1:8080:80"),
      SPEC_REFUSED("published=127.0.0.1:8080,target=80", "not a port"),
      SPEC_REFUSED("Target=80", "'Target' is not known"),
      SPEC_REFUSED("published=8080", "target= is missing"),
      SPEC_REFUSED("target=80,target=81", "target is given twice"),
      {"target=80,protocol=,published=,mode=", "80/tcp", NULL},
      {"published=0,target=80", "80/tcp", NULL},
      {"published=08,target=080", "8:80/tcp", NULL},
      SPEC_REFUSED("target=80,target=", "target is given twice"),
      SPEC_REFUSED("target=,published=80", "target= is missing"),
      SPEC_REFUSED("target=80,protocol=foo", "tcp, udp or sctp"),
      SPEC_REFUSED("target=80/udp", "not a port"),
      SPEC_REFUSED("target=80,mode=bridge", "mode 'bridge'"),
      SPEC_REFUSED("target=80, published=80", "' published' is not known"),
      SPEC_REFUSED("\"published=8080\",target=80", "is not known"),
      SPEC_REFUSED("target=80,", "'' is not known"),
      SPEC_REFUSED("published,target=80", "published has no value"),
      SPEC_REFUSED("published=1-2,target=80-83", "equally long"),
  };
  (void)state;
  CHECK_CASES(rows, run_port);
}

static void expose(void **state) {
  static const struct spec_case rows[] = {
      {"80", "80/tcp", NULL},
      {"80-82/UDP", "80-82/udp", NULL},
      {"80-80/sctp", "80/sctp", NULL},
      {"080", "80/tcp", NULL},
      {"80/", "80/tcp", NULL},
      SPEC_REFUSED("80:80", "--publish"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("0", "not a port"),
      SPEC_REFUSED("65536", "not a port"),
      SPEC_REFUSED("82-80", "backwards"),
      SPEC_REFUSED("-80", "not a port"),
      SPEC_REFUSED("/tcp", "not a port"),
      SPEC_REFUSED("80/foo", "tcp, udp or sctp"),
      SPEC_REFUSED("target=80", "not a port"),
  };
  (void)state;
  CHECK_CASES(rows, run_expose);
}

static void addresses(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("127.0.0.1"),
      SPEC_SAME("::1"),
      SPEC_SAME("::"),
      {"2001:DB8:0:0::1", "2001:db8::1", NULL},
      SPEC_REFUSED("", "not an IP address"),
      SPEC_REFUSED("localhost", "not an IP address"),
      SPEC_REFUSED("127.1", "not an IP address"),
      SPEC_REFUSED("127.0.0.01", "not an IP address"),
      SPEC_REFUSED("0x7f.0.0.1", "not an IP address"),
      SPEC_REFUSED(" 127.0.0.1", "not an IP address"),
      SPEC_REFUSED("127.0.0.1/8", "not an IP address"),
      SPEC_REFUSED("[::1]", "not an IP address"),
      SPEC_REFUSED("fe80::1%eth0", "not an IP address"),
      SPEC_REFUSED("::ffff:127.0.0.1", "write the IPv4 address"),
      SPEC_REFUSED("::127.0.0.1", "write the IPv4 address"),
  };
  (void)state;
  CHECK_CASES(rows, run_ip);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(short_form), cmocka_unit_test(short_form_refused),
      cmocka_unit_test(long_form),  cmocka_unit_test(expose),
      cmocka_unit_test(addresses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
