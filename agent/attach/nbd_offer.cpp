#include "agent/attach/nbd_offer.h"

#include <algorithm>

namespace attach {

NbdOffer nbdOfferOf(const scsi::Geometry& geometry, std::string description) {
  NbdOffer offer;
  offer.description = std::move(description);
  if (offer.description.size() > nbd::kMaxString) offer.description.resize(nbd::kMaxString);
  offer.size = geometry.blocks * geometry.blockSize;
  offer.flags = nbd::kHasFlags | nbd::kSendFlush | nbd::kSendFua | nbd::kCanMultiConn | nbd::kSendCache | nbd::kSendDf;
  if (geometry.readOnly) {
    offer.flags |= nbd::kReadOnly;
  } else {
    offer.flags |= nbd::kSendWriteZeroes;
    if (geometry.thin) offer.flags |= nbd::kSendTrim;
  }
  if (geometry.rotating) offer.flags |= nbd::kRotational;
  offer.minimum = geometry.blockSize;
  offer.preferred = std::clamp(geometry.blockSize << geometry.physicalExponent, nbd::kDefaultPreferred,
                               nbd::kDefaultMaximum);
  return offer;
}

}  // namespace attach
