// Bytes of an NBD client, and a device that ends requests in any order: into a session.
//
// The input is a program: a byte chooses a step, the bytes behind it are its arguments. What the client says are any
// bytes, or options and requests whose magic numbers and lengths are right. Rules: the device sees only what lies within
// it, with memory for all of it; no more requests are open than the bound; bytes are used as far as takes() says; each
// request is answered once, in whole replies; when all has ended the session is over and has no memory.
#include <deque>
#include <memory>
#include <vector>

#include "agent/attach/nbd_session.h"
#include "agent/block/request_check.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/send_views.h"

namespace {

using fuzz::Input;

class Device final : public scsi::BlockDevice {
 public:
  scsi::Geometry shape{2048, 512, 3, false, true, false, true};
  std::deque<scsi::BlockRequest*> open;
  bool atOnce = false;

  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    fuzz::check(block::wellFormed(request, shape), "the device sees what lies within it");
    fuzz::check(request.kind == scsi::IoKind::Flush || request.blocks > 0, "and nothing that is empty");
    if (request.kind == scsi::IoKind::Read) {
      for (const auto part : request.memory) std::fill(part.begin(), part.end(), std::uint8_t{0x11});
    }
    if (atOnce) return request.done(scsi::IoResult::Ok);
    open.push_back(&request);
  }
  void end(std::size_t which, scsi::IoResult result) {
    if (open.empty()) return;
    const auto at = open.begin() + static_cast<std::ptrdiff_t>(which % open.size());
    scsi::BlockRequest* const request = *at;
    open.erase(at);
    request->done(result);
  }
};

class World final : private attach::NbdSessionOwner {
 public:
  explicit World(Input& input) : input_(input) {
    const std::uint8_t shape = input.byte();
    device_.shape.readOnly = shape % 8 == 0;
    if (shape % 4 == 1) {
      device_.shape.blockSize = 4096;
      device_.shape.blocks = 256;
    }
    device_.atOnce = shape % 16 >= 12;
    NbdSessionOwner& self = *this;
    session_ = std::make_unique<attach::NbdSession>(attach::nbdOfferOf(device_.shape, "fuzz"), device_, memory_, news_,
                                                    "client", self);
    if (shape >= 64) {
      say(shakeHands(shape));
    }
  }

  void run() {
    while (!input_.empty() && !session_->over()) step();
    session_->endInput();
    while (!device_.open.empty()) device_.end(0, scsi::IoResult::Ok);
    send(SIZE_MAX);
    fuzz::check(session_->over(), "in the end it is over");
    fuzz::check(memory_.bytesInUse() == 0, "and has no memory");
  }

 private:
  void onSessionNews() override {}
  void onMemoryBack() override {}

  static base::Bytes shakeHands(std::uint8_t shape) {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.u32(3);
    if (shape % 2 == 0) {
      writer.u64(nbd::kOptionMagic);
      writer.u32(8);
      writer.u32(0);
    }
    writer.u64(nbd::kOptionMagic);
    writer.u32(7);
    writer.u32(8);
    writer.u32(0);
    writer.u16(1);
    writer.u16(3);
    return bytes;
  }

  void step() {
    const std::uint8_t choice = input_.byte();
    switch (choice % 8) {
      case 0:
        return say(input_.take(input_.byte()));
      case 1:
        return say(option());
      case 2:
        return device_.end(input_.byte(), static_cast<scsi::IoResult>(input_.byte() % 6));
      case 3:
        return send(input_.byte() * 16U);
      case 4:
        return send(SIZE_MAX);
      case 5:
        if (choice == 0xF5) session_->lost();
        if (choice == 0xE5) device_.shape.blocks = input_.byte() + 1U;
        return;
      default:
        return say(request());
    }
  }

  base::Bytes option() {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.u64(nbd::kOptionMagic);
    writer.u32(input_.byte() % 12U);
    const base::ByteView data = input_.take(input_.byte());
    writer.u32(static_cast<std::uint32_t>(data.size()));
    writer.bytes(data);
    return bytes;
  }

  base::Bytes request() {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    const std::uint8_t command = input_.byte();
    const std::uint8_t shape = input_.byte();
    writer.u32(nbd::kRequestMagic);
    writer.u16(shape % 4 == 0 ? input_.byte() : 0);
    writer.u16(command % 9U);
    writer.u64(++cookie_);
    const std::uint64_t offset = input_.byte() * std::uint64_t{shape >= 240 ? 77777U : 4096U};
    writer.u64(offset);
    const std::uint32_t length = input_.byte() * (shape >= 224 ? 513U : 512U);
    writer.u32(shape == 255 ? 0x8000'0000U : length);
    if (command % 9U == 1) bytes.resize(bytes.size() + length, 0x22);
    return bytes;
  }

  void say(base::ByteView bytes) {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    std::size_t used = 0;
    while (used < pending_.size() && session_->takes()) {
      const base::ByteView rest = base::ByteView(pending_).subspan(used);
      const std::span<std::uint8_t> place = session_->wanted();
      if (!place.empty() && used % 2 == 0) {
        const std::size_t size = std::min(place.size(), rest.size());
        std::copy_n(rest.begin(), size, place.begin());
        session_->placed(size);
        used += size;
      } else {
        const std::size_t took = session_->onBytes(rest);
        fuzz::check(took <= rest.size() && (took == rest.size() || !session_->takes() || took > 0), "bytes are used");
        used += took;
      }
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(used));
    fuzz::check(session_->open() <= attach::NbdSession::kMaxRequests, "requests have a bound");
    if (session_->inputEnded()) pending_.clear();
    if (pending_.size() > 1 << 20) send(SIZE_MAX);
  }

  void send(std::size_t most) { fuzz::sendViews(*session_, most); }

  Input& input_;
  Device device_;
  block::DataMemory memory_{256 * 1024};
  scsi::FlushNews news_{0};
  std::unique_ptr<attach::NbdSession> session_;
  base::Bytes pending_;
  std::uint64_t cookie_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World(input).run();
  return 0;
}
