// Bytes of an NBD server: into a handshake, and into a transmission with commands, losses and half-sent output.
//
// The input is a program: a byte chooses a step, the bytes behind it are its arguments. Replies are either any bytes or
// heads whose magic numbers, options and cookies are made right, so that they get past the first checks. Rules: a
// handshake uses all bytes until it is over, and what it accepts keeps the protocol's rules; each command ends once or
// is given back; nothing is written into memory of a command that has ended (it is freed); a read that ended well has
// all its bytes.
#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "agent/block/nbd_handshake.h"
#include "agent/block/nbd_transmission.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/send_views.h"

namespace {

using namespace block;

constexpr std::uint8_t kUntouched = 0xEE;

using fuzz::Input;

// ---- handshake

void checkExport(const NbdExport& exported) {
  fuzz::check(exported.has(nbd::kHasFlags), "an export has flags");
  fuzz::check(std::has_single_bit(exported.minimum) && exported.minimum <= 65'536, "the minimum is a power of two");
  fuzz::check(std::has_single_bit(exported.preferred) && exported.preferred >= exported.minimum,
              "preferred >= minimum");
  fuzz::check(exported.maximum <= nbd::kDefaultMaximum, "payloads are bounded");
  fuzz::check(exported.structured || !exported.has(nbd::kSendDf), "DF is for structured replies");
}

base::Bytes serverWords(Input& input) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  constexpr std::uint32_t kReplies[] = {1, 3, 3, 3, nbd::kReplyErrorBit + 1, nbd::kReplyErrorBit + 5, 2};
  const std::uint8_t choice = input.byte();
  switch (choice % 4) {
    case 0:
      writer.u64(nbd::kServerMagic);
      writer.u64(nbd::kOptionMagic);
      writer.u16(input.byte());
      break;
    case 1: {
      writer.u64(nbd::kOptionReplyMagic);
      writer.u32((choice & 4U) != 0 ? 7 : 8);
      writer.u32(kReplies[input.byte() % std::size(kReplies)]);
      const base::ByteView data = input.take(input.byte());
      writer.u32(static_cast<std::uint32_t>(data.size()) + ((choice & 8U) != 0 ? input.byte() * 256U : 0U));
      writer.bytes(data);
      break;
    }
    case 2:  // information of the right length
      writer.u64(nbd::kOptionReplyMagic);
      writer.u32(7);
      writer.u32(nbd::kReplyInfo);
      writer.u32((choice & 4U) != 0 ? 12 : 14);
      writer.u16((choice & 4U) != 0 ? 0 : 3);
      if ((choice & 4U) != 0) {
        writer.u64(input.byte() * 512U);
        writer.u16(static_cast<std::uint16_t>(input.byte() | 1U));
      } else {
        for (int i = 0; i < 3; ++i) writer.u32(1U << (input.byte() % 32U));
      }
      break;
    default:
      base::append(bytes, input.take(input.byte()));
  }
  return bytes;
}

void shakeHands(Input& input) {
  NbdHandshake handshake(std::string(input.byte() % 32U, 'x'));
  while (!input.empty() && handshake.state() == NbdHandshake::State::Running) {
    const base::Bytes bytes = serverWords(input);
    const std::size_t cut = bytes.empty() ? 0 : input.byte() % (bytes.size() + 1);
    for (const base::ByteView part : {base::ByteView(bytes).first(cut), base::ByteView(bytes).subspan(cut)}) {
      const bool runs = handshake.state() == NbdHandshake::State::Running;
      const std::size_t used = handshake.onBytes(part);
      fuzz::check(used <= part.size() && (runs || used == 0), "it uses what there is, and nothing when it is over");
      if (handshake.state() == NbdHandshake::State::Running) fuzz::check(used == part.size(), "it uses all");
    }
    fuzz::check(handshake.takeOutput().size() < 8192, "what it says is short");
  }
  if (handshake.state() == NbdHandshake::State::Ready) checkExport(handshake.exported());
  if (handshake.state() == NbdHandshake::State::Failed) {
    fuzz::check(!handshake.failure().empty() && handshake.failure().size() < 1024, "a failure has a sentence");
  }
}

// ---- transmission

class World;

struct Request final : NbdCommand {
  Request(World& in, std::size_t size, std::size_t cut) : world(in), bytes(size, kUntouched) {
    pieces[0] = std::span(bytes).first(std::min(cut, size));
    pieces[1] = std::span(bytes).subspan(pieces[0].size());
    memory = SegmentCursor(pieces);
  }
  void ended(nbd::Error error) override;

  World& world;
  base::Bytes bytes;
  std::array<std::span<std::uint8_t>, 2> pieces;
  int ends = 0;
  bool givenBack = false;
};

class World {
 public:
  World() : transmission_(8) {}

  void run(Input& input) {
    structured_ = input.byte() % 3 != 0;
    transmission_.begin(structured_);
    while (!input.empty()) step(input);
    lose();
    for (const auto& request : requests_) {
      fuzz::check(request->ends + (request->givenBack ? 1 : 0) == 1, "every command ends once");
    }
  }

  void onEnded(Request& request, nbd::Error error) {
    fuzz::check(request.ends++ == 0 && !request.givenBack, "a command ends once");
    if (error == nbd::Error::Ok && request.command == nbd::Command::Read && !anyBytes_) {
      fuzz::check(std::find(request.bytes.begin(), request.bytes.end(), kUntouched) == request.bytes.end(),
                  "a read that is good has all its bytes");
    }
    base::Bytes().swap(request.bytes);  // whoever still uses it is caught
    if (again_ && requests_.size() < 200 && !transmission_.full()) start(nbd::Command::Read, 512, 64);
  }

 private:
  void step(Input& input) {
    switch (input.byte() % 8) {
      case 0: {
        constexpr nbd::Command kCommands[] = {nbd::Command::Read,  nbd::Command::Read,  nbd::Command::Write,
                                              nbd::Command::Flush, nbd::Command::Write, nbd::Command::WriteZeroes};
        const auto command = kCommands[input.byte() % std::size(kCommands)];
        again_ = input.byte() % 4 == 0;
        if (requests_.size() < 200 && !transmission_.full()) {
          start(command, (input.byte() + 1U) * 16U, input.byte() * 4U, input.byte() % 8 == 0);
        }
        return;
      }
      case 1:
        return send(input.byte() * 64U);
      case 2:
        return send(SIZE_MAX);
      case 3:
        if (input.byte() % 16 == 0) lose();
        return;
      case 4:
        anyBytes_ = true;
        return receive(input.take(input.byte()), input.byte());
      default:
        return reply(input);
    }
  }

  void start(nbd::Command command, std::uint32_t length, std::size_t cut, bool zeroes = false) {
    const bool moves = command == nbd::Command::Read || command == nbd::Command::Write;
    auto& request = *requests_.emplace_back(std::make_unique<Request>(*this, moves ? length : 0, cut));
    request.command = command;
    request.length = command == nbd::Command::Flush ? 0 : length;
    request.offset = command == nbd::Command::Flush ? 0 : requests_.size() * 4096;
    request.zeroes = zeroes && command == nbd::Command::Write;
    if (length % 32 == 0 && command == nbd::Command::Read) request.flags = nbd::kDontFragment;
    transmission_.start(request);
  }

  void send(std::size_t most) { fuzz::sendViews(transmission_, most); }

  void lose() {
    IntrusiveQueue<NbdCommand> open;
    transmission_.takeOpen(open);
    std::uint64_t before = 0;
    while (NbdCommand* command = open.pop()) {
      auto& request = static_cast<Request&>(*command);
      fuzz::check(request.ends == 0, "what ended is not given back");
      fuzz::check(request.command == nbd::Command::Flush || request.offset > before, "they come in their order");
      before = std::max(before, request.offset);
      request.givenBack = true;
      base::Bytes().swap(request.bytes);
    }
    transmission_.begin(structured_);
    fuzz::check(transmission_.open() == 0 && transmission_.betweenCommands(), "a new connection has nothing open");
  }

  void receive(base::ByteView bytes, std::size_t most) {
    base::Status good;
    std::array<iovec, 3> parts;
    while (good && !bytes.empty()) {
      const auto where = transmission_.wanted(parts);
      std::size_t placed = 0;
      for (unsigned i = 0; i < where.count && placed < bytes.size() && (most & 1U) != 0; ++i) {
        const std::size_t size = std::min(parts[i].iov_len, bytes.size() - placed);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(placed), size,
                    static_cast<std::uint8_t*>(parts[i].iov_base));
        placed += size;
      }
      bytes = bytes.subspan(placed);
      if (placed != 0) good = transmission_.placed(placed);
      const std::size_t copied = std::min<std::size_t>(bytes.size(), most + 1);
      if (good && copied != 0) good = transmission_.onBytes(bytes.first(copied));
      bytes = bytes.subspan(copied);
    }
    if (good) return;
    fuzz::check(!good.error().text.empty(), "an error has a sentence");
    lose();
  }

  // A reply to one of the commands, which may be over.
  void reply(Input& input) {
    if (requests_.empty()) return;
    const std::size_t back = input.byte() % 12U;
    const Request& request = *requests_[requests_.size() - 1 - std::min(back, requests_.size() - 1)];
    const std::uint64_t cookie = base::loadU64(request.state.header.data() + 8);
    const std::uint8_t choice = input.byte();
    constexpr std::uint32_t kErrors[] = {0, 0, 0, 5, 28, 108};
    const std::uint32_t error = kErrors[input.byte() % std::size(kErrors)];
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    if (!structured_ || (choice & 7U) == 7) {
      writer.u32(nbd::kSimpleReplyMagic);
      writer.u32(error);
      writer.u64(cookie);
      if (error == 0 && request.command == nbd::Command::Read) bytes.resize(bytes.size() + request.length, 0x11);
    } else {
      constexpr std::uint16_t kChunks[] = {0, 1, 1, 2, 2, 0x8001, 0x8002, 0x8003};
      const std::uint16_t chunk = kChunks[input.byte() % std::size(kChunks)];
      const std::uint32_t from = (choice & 64U) != 0 ? 0 : input.byte() * 16U;
      const std::uint32_t size = (choice & 64U) != 0 ? request.length : (input.byte() + 1U) * 16U;
      base::Bytes body;
      base::ByteWriter content(body);
      if (chunk == 1 || chunk == 2) content.u64(request.offset + from);
      if (chunk == 1) body.resize(8 + size, 0x11);
      if (chunk == 2) content.u32(size);
      if (chunk >= 0x8000) {
        content.u32(error);
        content.u16(from > 400 ? 60'000 : 5);
        body.resize(body.size() + 5, 'e');
        if (chunk == 0x8002) content.u64(request.offset + from);
      }
      writer.u32(nbd::kStructuredReplyMagic);
      writer.u16((choice & 8U) != 0 ? 1 : 0);
      writer.u16(chunk);
      writer.u64(cookie);
      writer.u32(static_cast<std::uint32_t>(body.size()) + ((choice & 0x30U) == 0x30U ? input.byte() : 0U));
      writer.bytes(body);
    }
    receive(bytes, input.byte());
  }

  NbdTransmission transmission_;
  bool structured_ = false;
  bool again_ = false;
  bool anyBytes_ = false;
  std::vector<std::unique_ptr<Request>> requests_;
};

void Request::ended(nbd::Error error) { world.onEnded(*this, error); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  if (input.byte() % 4 == 0) {
    shakeHands(input);
  } else {
    World().run(input);
  }
  return 0;
}
