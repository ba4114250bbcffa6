// What a DevAttrReg is about: the object that its message key names, and the entity that this or the operating
// attributes say (RFC 4171 5.6.5.1).
//
// Pure functions of the request, what was parsed of it and the state. A status other than Successful refuses the
// request.
#pragma once

#include <array>
#include <string>

#include "isns-server/core/registration_parser.h"
#include "isns-server/core/request.h"
#include "isns-server/core/transaction.h"

namespace core {

struct RegistrationSubject {
  ObjectType keyType = ObjectType::None;  // of the message key
  Index keyIndex = 0;                     // of the object that it names, 0 where there is none
  std::string_view wantedEid;             // empty: the server chooses
  Index entity = 0;                       // 0: there is none yet
  bool isNew = false;                     // the entity
};

isns::Status findSubject(const Request& request, const Source& source, const Transaction& transaction,
                         const RegistrationSpec& spec, RegistrationSubject& about);
// The object as it is now, a placeholder too; 0 for one that is not there, and for an entity.
Index indexOf(const Transaction& transaction, const ObjectSpec& object);
// Its key as people write it: "10.0.0.1:3260/tcp", a name, a WWN.
std::string textOf(const ObjectSpec& object);
// Whether the object is the one that the message key names.
bool isKeyObject(const RegistrationSubject& about, const Transaction& transaction, const ObjectSpec& object);
// The entity that holds the object now; 0: none, or the object is not there.
Index registeredEntityOf(const Transaction& transaction, const ObjectSpec& object);

// A portal group may be updated by its index alone (3.4, 6.5.5): key 52, then 52 again, and 51.
bool namesGroupByIndex(const Request& request);
// The same as a whole object, 48 to 51. False where the operating attributes name another group, or no one tag.
bool sayWholeGroup(const Request& request, const Transaction& transaction, const PortalGroup& group,
                   std::array<isns::Attribute, 4>& out);

}  // namespace core
