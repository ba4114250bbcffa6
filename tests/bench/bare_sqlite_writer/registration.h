// The facts of one registration, as the floor under durable registrations writes them.
//
// A host registers: an entity with one portal, one storage node and one portal group, and asks from one address. The
// values depend on the number alone.
#pragma once

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct registration {
  int64_t id;    // of the entity and of each of its objects; also the revision
  int64_t time;  // seconds since 1970 UTC
  int64_t portal_port, esi_port, scn_port;
  int eid_size;
  int name_size;
  int alias_size;
  int address_size;
  uint8_t ip[16];
  char eid[48];
  char name[64];
  char alias[24];
  char address[32];
};

static inline void registration_make(struct registration* r, int64_t id) {
  memset(r, 0, sizeof *r);
  r->id = id;
  r->time = 1700000000 + id / 100;
  r->portal_port = 3260;
  r->esi_port = 40000 + id % 1000;
  r->scn_port = 41000 + id % 1000;
  r->ip[10] = r->ip[11] = 0xFF;
  r->ip[12] = 10;
  memcpy(r->ip + 13, &id, 3);
  r->eid_size = snprintf(r->eid, sizeof r->eid, "host-%06" PRId64 ".san.example.com", id);
  r->name_size = snprintf(r->name, sizeof r->name, "iqn.2024-01.com.example:storage:host-%06" PRId64, id);
  r->alias_size = snprintf(r->alias, sizeof r->alias, "host %" PRId64, id);
  r->address_size =
      snprintf(r->address, sizeof r->address, "10.%d.%d.%d:%" PRId64, r->ip[13], r->ip[14], r->ip[15], r->scn_port);
}

