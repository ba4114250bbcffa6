// Text of an initiator session: SendTargets in discovery, and what a target that wants to negotiate again is told.
#include <algorithm>
#include <utility>

#include "agent/iscsi/initiator_session.h"

namespace iscsi {
namespace {

// TargetName, then its addresses; again for each target (RFC 7143 Appendix C). Nothing where the text cannot be read.
std::optional<std::vector<DiscoveredTarget>> readTargets(base::ByteView text) {
  std::vector<DiscoveredTarget> targets;
  TextReader reader(text);
  for (TextPair pair; reader.next(pair);) {
    if (pair.row == nullptr) continue;
    if (pair.row->key == Key::TargetName) targets.push_back({std::string(pair.value), {}});
    if (pair.row->key == Key::TargetAddress && !targets.empty()) {
      targets.back().addresses.emplace_back(pair.value);
    }
  }
  if (reader.fault() != TextFault::None) return std::nullopt;
  return targets;
}

}  // namespace

void InitiatorSession::sendText(InitiatorConnection& connection, std::uint32_t transferTag, std::uint64_t lun,
                                base::ByteView text) {
  TextRequest request;
  request.immediate = true;
  request.final = true;
  request.dataSegmentLength = static_cast<std::uint32_t>(text.size());
  request.lun = lun;
  request.initiatorTaskTag = kTextTagBase | connection.cid();
  request.targetTransferTag = transferTag;
  request.cmdSn = currentCmdSn();
  request.expStatSn = connection.expStatSn();
  if (!connection.writer().writeCopy(request, text)) connection.fail("the target does not read");
}

void InitiatorSession::askForTargets(InitiatorConnection& connection) {
  textOut_.clear();
  TextWriter(textOut_).pair(Key::SendTargets, setting_.sendTargets);
  discovery_.clear();
  sendText(connection, kNoTransferTag, 0, textOut_);
}

// Nothing has changed here, but a target that asks must get a Text Request (11.9.1).
void InitiatorSession::declareAgain(InitiatorConnection& connection) {
  textOut_.clear();
  TextWriter(textOut_).number(Key::MaxRecvDataSegmentLength, connection.parameters().maxRecvDataSegmentLength);
  sendText(connection, kNoTransferTag, 0, textOut_);
}

void InitiatorSession::onTextResponse(InitiatorConnection& connection, const TextResponse& pdu,
                                      base::ByteView segment) {
  if (pdu.initiatorTaskTag != (kTextTagBase | connection.cid())) return;
  if (!setting_.discovery) return;
  // Pairs may be cut anywhere, so the whole text is read at its end, whether its parts say C or not.
  if (segment.size() > kMaxDiscoveryText - discovery_.size()) return connection.fail("a list of targets without end");
  base::append(discovery_, segment);
  if (!pdu.final) {
    if (pdu.targetTransferTag == kNoTransferTag) return connection.fail("a text that goes on without a transfer tag");
    return sendText(connection, pdu.targetTransferTag, pdu.lun, {});
  }
  auto targets = readTargets(discovery_);
  if (!targets) return connection.fail("a list of targets that cannot be read");
  owner_.onDiscovered(std::move(*targets));
  closing_ = true;
}

}  // namespace iscsi
