// Bytes of an iSCSI connection through the PDU reader, and each header through its struct.
//
// The first byte chooses digests, limit and what happens to data segments, the second the sizes of the chunks, the rest
// is the stream; where the first byte says so, its digests are made right beforehand. Rules: the reader tells what a
// plain walk over the whole stream finds, however the bytes are cut and whether they are fed or read into the place;
// nothing is written outside a place; limits hold; a header that decodes is encoded and decoded to the same again.
#include <algorithm>

#include "agent/iscsi/ahs.h"
#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/pdu_reader.h"
#include "agent/iscsi/sense_segment.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace iscsi;

enum class Mode : std::uint8_t { Place, Skip, PlaceFront, PlaceLater };

struct Options {
  PduReader::Settings settings;
  Mode mode = Mode::Place;
  bool repair = false;

  [[nodiscard]] std::size_t placeSize(std::size_t dataSize) const {
    return mode == Mode::Skip ? 0 : mode == Mode::PlaceFront ? std::min<std::size_t>(dataSize, 13) : dataSize;
  }
};

// What came out, so that two runs can be compared.
struct Outcome {
  base::Bytes events;
  bool midPdu = false;
  bool broken = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;

  void header(base::ByteView head) {
    events.push_back('H');
    base::append(events, head);
  }
  void pdu(DataVerdict verdict, base::ByteView placed) {
    events.push_back(verdict == DataVerdict::Right ? 'P' : 'W');
    base::append(events, placed);
  }
  void fault(ReadFaultKind kind) {
    events.push_back('F');
    events.push_back(static_cast<std::uint8_t>(kind));
    broken = true;
  }
};

// The stream from end to end, with all of it at hand; makes the digests right first where that is asked for.
Outcome walk(std::span<std::uint8_t> stream, const Options& options) {
  const Digests digests = options.settings.digests;
  Outcome outcome;
  std::size_t at = 0;
  const auto left = [&] { return stream.size() - at; };
  const auto digestRight = [&](std::size_t from, std::size_t size) {
    const std::uint32_t crc = crc32c(stream.subspan(from, size));
    if (options.repair) storeDigest(stream.data() + from + size, crc);
    return crc == loadDigest(stream.data() + from + size);
  };
  while (left() >= kBhsSize) {
    const std::uint8_t* bhs = stream.data() + at;
    const std::size_t ahs = std::size_t{bhs[4]} * 4;
    const std::size_t data = base::loadU32(bhs + 4) & 0xffffff;
    if (ahs > kMaxAhs) return outcome.fault(ReadFaultKind::AhsTooLong), outcome;
    const std::size_t head = kBhsSize + ahs;
    if (left() < head + (digests.header ? 4 : 0)) break;
    if (digests.header && !digestRight(at, head)) return outcome.fault(ReadFaultKind::HeaderDigest), outcome;
    if (data > options.settings.maxRecvDataSegmentLength) {
      return outcome.fault(ReadFaultKind::DataSegmentTooLong), outcome;
    }
    outcome.header(stream.subspan(at, head));
    const std::size_t begin = at + head + (digests.header ? 4 : 0);
    const std::size_t padded = (data + 3) / 4 * 4;
    const std::size_t size = padded + (digests.data && data != 0 ? 4 : 0);
    if (stream.size() - begin < size) {
      outcome.midPdu = true;
      return outcome;
    }
    const bool right = !digests.data || data == 0 || digestRight(begin, padded);
    outcome.pdu(right ? DataVerdict::Right : DataVerdict::WrongDigest, stream.subspan(begin, options.placeSize(data)));
    at = begin + size;
  }
  outcome.midPdu = left() != 0;
  return outcome;
}

template <class Pdu>
void checkHeader(const PduHead& head) {
  const auto decoded = Pdu::decode(head.bhs());
  if (!decoded) {
    fuzz::check(!rowOf(decoded.error()).text.empty(), "a fault has a row");
    return;
  }
  std::array<std::uint8_t, kBhsSize> bhs;
  decoded->encode(bhs);
  const auto again = Pdu::decode(bhs);
  fuzz::check(again.ok() && *again == *decoded, "what is decoded is encoded and decoded to the same");
  if constexpr (std::is_same_v<Pdu, ScsiCommand>) {
    const auto ahs = readCommandAhs(*decoded, head.ahs());
    fuzz::check(!ahs || ahs->extendedCdb.size() <= kMaxCdb - 16, "a CDB has its bound");
  }
}

void checkHeaderOfItsType(const PduHead& head) {
  const OpcodeRow* row = findOpcode(head.basic.opcode);
  if (row == nullptr) return;
  switch (row->opcode) {
    case Opcode::NopOut:
      return checkHeader<NopOut>(head);
    case Opcode::ScsiCommand:
      return checkHeader<ScsiCommand>(head);
    case Opcode::TaskManagementRequest:
      return checkHeader<TaskManagementRequest>(head);
    case Opcode::DataOut:
      return checkHeader<DataOut>(head);
    case Opcode::LogoutRequest:
      return checkHeader<LogoutRequest>(head);
    case Opcode::Snack:
      return checkHeader<Snack>(head);
    case Opcode::NopIn:
      return checkHeader<NopIn>(head);
    case Opcode::ScsiResponse:
      return checkHeader<ScsiResponse>(head);
    case Opcode::TaskManagementResponse:
      return checkHeader<TaskManagementResponse>(head);
    case Opcode::DataIn:
      return checkHeader<DataIn>(head);
    case Opcode::LogoutResponse:
      return checkHeader<LogoutResponse>(head);
    case Opcode::R2t:
      return checkHeader<R2t>(head);
    case Opcode::AsyncMessage:
      return checkHeader<AsyncMessage>(head);
    case Opcode::Reject:
      return checkHeader<Reject>(head);
    case Opcode::LoginRequest:
    case Opcode::LoginResponse:
    case Opcode::TextRequest:
    case Opcode::TextResponse:
      break;
  }
}

struct Sink {
  const Options& options;
  Outcome outcome;
  base::Bytes memory;  // the place with a guard on both sides
  std::size_t placeSize = 0;
  std::size_t dataSize = 0;  // of the PDU at hand

  static constexpr std::size_t kGuard = 8;

  std::span<std::uint8_t> makePlace() {
    placeSize = options.placeSize(dataSize);
    memory.assign(placeSize + 2 * kGuard, 0xa5);
    return std::span(memory).subspan(kGuard, placeSize);
  }
  Placement onHeader(const PduHead& head) {
    fuzz::check(head.basic.dataSegmentLength <= options.settings.maxRecvDataSegmentLength, "the limit of data holds");
    fuzz::check(head.ahs().size() <= kMaxAhs && head.ahs().size() == head.basic.ahsSize(), "the limit of AHS holds");
    checkHeaderOfItsType(head);
    outcome.header(head.bytes);
    memory.clear();
    placeSize = 0;
    dataSize = head.basic.dataSegmentLength;
    if (options.mode == Mode::PlaceLater && dataSize != 0) return Placement::later();
    if (options.mode == Mode::Skip) return Placement::skip();
    return Placement::into(makePlace());
  }
  bool onPdu(const PduHead& head, DataVerdict verdict) {
    base::ByteView placed;
    if (!memory.empty()) {
      const auto guard = [](std::uint8_t byte) { return byte == 0xa5; };
      fuzz::check(std::all_of(memory.begin(), memory.begin() + kGuard, guard) &&
                      std::all_of(memory.end() - kGuard, memory.end(), guard),
                  "nothing is written outside the place");
      placed = base::ByteView(memory).subspan(kGuard, placeSize);
    }
    const auto segment = readSenseSegment(placed);
    fuzz::check(!segment || segment->sense.size() + segment->rest.size() <= placed.size(), "sense lies in its segment");
    fuzz::check(head.basic == BasicHeader::load(head.bhs()), "the header stays until the end");
    outcome.pdu(verdict, placed);
    return true;
  }
  void onFault(const ReadFault& fault) {
    fuzz::check(!nameOf(fault.kind).empty(), "a fault has a name");
    fuzz::check(!outcome.broken, "one fault ends a stream");
    outcome.fault(fault.kind);
  }
};

// `chunk` bytes arrive at a time; 0: all at once. Direct: into wanted(), where there is something.
Outcome run(base::ByteView stream, const Options& options, std::size_t chunk, bool direct) {
  PduReader reader;
  reader.configure(options.settings);
  Sink sink{options, {}, {}, 0, 0};
  if (chunk == 0) chunk = std::max<std::size_t>(stream.size(), 1);
  while (!stream.empty()) {
    if (reader.waitsForPlace()) reader.place(Placement::into(sink.makePlace()));
    const std::span<std::uint8_t> wanted = reader.wanted();
    std::size_t size = std::min(chunk, stream.size());
    if (direct && !wanted.empty()) {
      size = std::min(size, wanted.size());
      std::copy_n(stream.begin(), size, wanted.begin());
      fuzz::check(reader.placed(size, sink), "the sink never stops");
    } else {
      const base::Bytes exact(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      const std::size_t used = reader.feed(exact, sink);
      fuzz::check(used == size || reader.waitsForPlace(), "everything is taken");
      size = used;
    }
    stream = stream.subspan(size);
  }
  sink.outcome.midPdu = reader.midPdu();
  fuzz::check(sink.outcome.broken == reader.broken(), "broken is what had a fault");
  return sink.outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Options options;
  options.settings.digests = {(data[0] & 1U) != 0, (data[0] & 2U) != 0};
  options.repair = (data[0] & 4U) != 0;
  options.settings.maxRecvDataSegmentLength = (data[0] & 8U) != 0 ? 100 : 8192;
  options.mode = static_cast<Mode>((data[0] >> 4) & 3U);
  base::Bytes stream(data + 2, data + size);
  // Long streams in longer chunks, so that the number of runs through the reader stays small.
  const std::size_t chunk = std::max<std::size_t>(data[1] % 64U + 1, stream.size() / 256);

  if (options.repair) walk(stream, options);
  options.repair = false;
  const Outcome expected = walk(stream, options);
  fuzz::check(run(stream, options, 0, false) == expected, "the reader finds what a plain walk finds");
  fuzz::check(run(stream, options, chunk, false) == expected, "how the bytes are cut changes nothing");
  fuzz::check(run(stream, options, chunk, true) == expected, "who puts the bytes into the place changes nothing");
  return 0;
}
