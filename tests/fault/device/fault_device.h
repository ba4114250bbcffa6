// A block device that passes everything on to another one, and fails, delays or reorders when a test says so.
//
// One thread, the test's. Time is an argument, as everywhere: delayed requests go on in onTimer(). While any of it is
// switched on, view() gives nothing, so that reads come as requests. It allocates, it is for tests. Destroyed with
// requests held, it ends them with Gone; the inner device must have none of its requests by then.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "agent/scsi/block_device.h"
#include "shared/base/clock.h"

namespace fault {

// What a rule is about: one kind or all, and a range that a request touches (flushes touch none).
struct Which {
  std::optional<scsi::IoKind> kind;
  std::uint64_t lba = 0;
  std::uint64_t blocks = UINT64_MAX;  // all, flushes too
};

// Whether what fails was done nevertheless, as by a disk whose answer is lost.
enum class Effect : std::uint8_t { NotDone, Done };

// Requests are kept before the inner device sees them, or their results after it has answered.
enum class Hold : std::uint8_t { Nothing, Requests, Results };
enum class Order : std::uint8_t { Submitted, Reversed, Shuffled };

class FaultDevice final : public scsi::BlockDevice {
 public:
  explicit FaultDevice(scsi::BlockDevice& inner) : inner_(inner) {}
  ~FaultDevice() override;

  // The n-th request of these from now on (1: the next), once; and every one.
  void failNth(unsigned n, scsi::IoResult result, Which which = {}, Effect effect = Effect::NotDone);
  void failEach(scsi::IoResult result, Which which = {}, Effect effect = Effect::NotDone);
  // Takes n more requests; then the device is lost: those that are held end with Gone, and so does all that comes.
  void dieAfter(unsigned n);
  // From now on each request, or result, is kept until release().
  void hold(Hold what) { hold_ = what; }
  // Lets what is kept now go on. Shuffled is the same for the same seed.
  void release(Order order = Order::Submitted, std::uint32_t seed = 1);
  // Lets the one at this place go on, in order of their coming; false when there is none.
  bool releaseOne(std::size_t place);
  // Each request waits this long before the inner device sees it.
  void delay(base::Duration delay) { delay_ = delay; }
  [[nodiscard]] base::TimePoint nextDeadline() const;
  void onTimer(base::TimePoint now);
  // No rule, no hold, no delay; what is kept goes on.
  void heal();

  struct Counts {
    unsigned submitted = 0;
    unsigned failed = 0;  // by a rule or by death
  };
  [[nodiscard]] Counts counts() const { return counts_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }

  [[nodiscard]] scsi::Geometry geometry() const override { return inner_.geometry(); }
  void submit(scsi::BlockRequest& request) override;
  [[nodiscard]] std::optional<base::ByteView> view(std::uint64_t lba, std::uint64_t blocks) override;
  [[nodiscard]] scsi::Extent extentAt(std::uint64_t lba) override { return inner_.extentAt(lba); }

 private:
  struct Rule {
    Which which;
    scsi::IoResult result;
    Effect effect;
    unsigned after;  // how many of these pass before
    bool once;
  };
  // Goes to the inner device in place of a request.
  struct Proxy final : scsi::BlockRequest {
    FaultDevice* device = nullptr;
    scsi::BlockRequest* outer = nullptr;
    std::list<Proxy>::iterator self;
    std::optional<scsi::IoResult> fault;   // what a rule made of it
    Effect effect = Effect::NotDone;
    std::optional<scsi::IoResult> answer;  // held: of the inner device
    base::TimePoint due{};                 // held: by delay()
    bool delayed = false;
    void done(scsi::IoResult result) override { device->answered(*this, result); }
  };

  void judge(Proxy& proxy);
  void perform(Proxy& proxy);
  void answered(Proxy& proxy, scsi::IoResult result);
  void goOn(Proxy& proxy);
  void end(Proxy& proxy, scsi::IoResult result);
  void die();

  scsi::BlockDevice& inner_;
  std::vector<Rule> rules_;
  std::list<Proxy> open_;
  std::vector<Proxy*> held_;  // in order of their coming
  Hold hold_ = Hold::Nothing;
  base::Duration delay_{};
  base::TimePoint now_{};
  std::optional<unsigned> life_;
  Counts counts_;
};

}  // namespace fault
