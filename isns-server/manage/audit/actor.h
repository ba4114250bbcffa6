// Who did something and from where, and the audit record that says so. Values.
#pragma once

#include <initializer_list>
#include <string>

#include "shared/ops/audit_record.h"

namespace manage {

struct Actor {
  ops::ActorKind kind = ops::ActorKind::Person;
  std::string name;
  std::string origin;
};

// The server itself.
inline Actor serverActor() { return {ops::ActorKind::Server, {}, {}}; }

// `object` as refText() writes it.
template <ops::AuditEvent E>
ops::AuditRecord auditOf(const Actor& actor, std::string object,
                         std::initializer_list<ops::EventField<E>> details = {}) {
  ops::AuditRecord made;
  made.actorKind = actor.kind;
  made.actor = actor.name;
  made.origin = actor.origin;
  made.event = std::string(ops::eventRow(E).name);
  made.object = std::move(object);
  made.details = ops::auditDetails<E>(details);
  return made;
}

}  // namespace manage
