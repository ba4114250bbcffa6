#include "isns-server/core/registration_answer.h"

#include <cstring>

namespace core {

using isns::Attribute;
namespace tag = isns::tag;

namespace {

// Appends TLVs to an arena: as AttributeWriter, for an answer that is put together of many.
class TlvList {
 public:
  explicit TlvList(base::ByteArena& out) : out_(out) { out_.clear(); }
  void delimiter() { copy(Attribute{tag::kDelimiter, {}, nullptr}); }
  void encoded(base::ByteView tlvs) { out_.append(tlvs); }
  void copy(const Attribute& a) {
    std::uint8_t* const at = out_.room(isns::kTlvHeaderSize + a.value.size());
    base::storeU32(at, a.tag);
    base::storeU32(at + 4, static_cast<std::uint32_t>(a.value.size()));
    if (!a.value.empty()) std::memcpy(at + isns::kTlvHeaderSize, a.value.data(), a.value.size());
    out_.taken(at + isns::kTlvHeaderSize + a.value.size());
  }

 private:
  base::ByteArena& out_;
};

}  // namespace

void answerRegistration(const Request& request, const Transaction& tx, const Registered& made, RegistrationSpec& spec,
                        isns::AttributeWriter& answer) {
  TlvList out(spec.answer);
  const Entity& entity = *tx.get<Entity>(made.entity);
  if (made.eidAssigned) {
    out.encoded(entity.attributes.tlv(tag::kEntityId));
  } else {
    for (const Attribute& a : request.key) out.copy(a);
  }
  out.delimiter();
  const bool saysEntity = spec.entity() != nullptr;
  if (!saysEntity && (made.eidAssigned || made.periodSet)) {
    out.encoded(entity.attributes.tlv(tag::kEntityId));
    if (made.periodSet) out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
  }
  bool inEntity = false;
  bool periodSaid = false;
  const auto closeEntity = [&] {
    if (inEntity && made.periodSet && !periodSaid) out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
    inEntity = false;
  };
  // The object whose attributes follow: objects stand in the order of their keys in the message.
  std::size_t nextObject = 0;
  Index current = 0;
  for (const Attribute& a : request.operating) {
    if (inEntity && a.row->role == isns::Role::Key) closeEntity();
    switch (a.tag) {
      case tag::kEntityId:
        ++nextObject;
        out.encoded(entity.attributes.tlv(tag::kEntityId));
        inEntity = true;
        break;
      case tag::kPortalIp:
      case tag::kIscsiName:
      case tag::kFcPortName:
      case tag::kFcNodeName:
        current = spec.objects[nextObject++].index;
        out.copy(a);
        break;
      // Values that the server may have chosen differently.
      case tag::kRegistrationPeriod:
        out.encoded(entity.attributes.tlv(tag::kRegistrationPeriod));
        periodSaid = true;
        break;
      case tag::kEsiInterval:
        a.empty() ? out.copy(a) : out.encoded(tx.get<Portal>(current)->attributes.tlv(tag::kEsiInterval));
        break;
      case tag::kNodeType:
        out.encoded(tx.get<Node>(current)->attributes.tlv(tag::kNodeType));
        break;
      default:
        out.copy(a);
    }
  }
  closeEntity();
  answer.encoded(spec.answer.view());
}

}  // namespace core
