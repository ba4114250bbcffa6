// Who did something and from where, and the audit record that says so. Values.
#pragma once

#include <initializer_list>
#include <string>

#include "shared/ops/audit_record.h"

namespace manage {

struct Actor {
  ops::ActorKind kind = ops::ActorKind::Person;
  std::string name;  // of a token: of its user, whose rights it has
  std::string origin;
  std::string token = {};  // its name, where kind is Token
};

// Whom a record names: a token's is "user/token", so that what a stolen one did is told from what its user did. A name
// of a user has no stroke in it.
inline std::string recordedName(const Actor& actor) {
  return actor.kind == ops::ActorKind::Token ? actor.name + "/" + actor.token : actor.name;
}

// The server itself.
inline Actor serverActor() { return {ops::ActorKind::Server, {}, {}}; }

// `object` as refText() writes it.
template <ops::AuditEvent E>
ops::AuditRecord auditOf(const Actor& actor, std::string object,
                         std::initializer_list<ops::EventField<E>> details = {}) {
  ops::AuditRecord made;
  made.actorKind = actor.kind;
  made.actor = recordedName(actor);
  made.origin = actor.origin;
  made.event = std::string(ops::eventRow(E).name);
  made.object = std::move(object);
  made.details = ops::auditDetails<E>(details);
  return made;
}

}  // namespace manage
