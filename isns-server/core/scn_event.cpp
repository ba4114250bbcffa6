#include "isns-server/core/scn_event.h"

#include <algorithm>

#include "shared/isns/tlv.h"

namespace core {
namespace {

// What is said about an FC port carries the iFCP bitmap (6.6.12), all else that of 6.4.4.
isns::Tag bitmapTag(base::ByteView name) {
  const bool fcPort = name.size() >= isns::kTlvHeaderSize && base::loadU32(name.data()) == isns::tag::kFcPortName;
  return fcPort ? isns::tag::kIfcpScnBitmap : isns::tag::kScnBitmap;
}

}  // namespace

base::Ref<const ScnEvent> ScnEvent::make(std::uint32_t bitmap, base::ByteView name, std::uint32_t subjectPortal,
                                         std::span<const std::uint32_t> ddIds, std::span<const std::uint32_t> ddsIds) {
  ddIds = ddIds.first(std::min(ddIds.size(), kMaxIds));
  ddsIds = ddsIds.first(std::min(ddsIds.size(), kMaxIds - ddIds.size()));
  constexpr std::size_t kNumber = isns::kTlvHeaderSize + 4;
  auto event = base::makeRef<ScnEvent>();
  event->subjectPortal = subjectPortal;
  event->tlvs.reserve(kNumber * (1 + ddIds.size() + ddsIds.size()) + name.size());
  isns::AttributeWriter writer(event->tlvs);
  writer.u32(bitmapTag(name), bitmap);
  writer.encoded(name);
  for (const std::uint32_t id : ddIds) writer.u32(isns::tag::kDdId, id);
  for (const std::uint32_t id : ddsIds) writer.u32(isns::tag::kDdsId, id);
  return event;
}

base::Ref<const ScnEvent> ScnEvent::makeOverflow(base::ByteView recipientName) {
  auto event = base::makeRef<ScnEvent>();
  event->overflow = true;
  isns::AttributeWriter writer(event->tlvs);
  writer.u32(bitmapTag(recipientName), isns::scn::kObjectUpdated);
  writer.encoded(recipientName);
  return event;
}

}  // namespace core
