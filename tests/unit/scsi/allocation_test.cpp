// READ, WRITE and TEST UNIT READY allocate nothing when the objects that serve them are warm.
#include <gtest/gtest.h>

#include "tests/support/allocations.h"
#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi_test::hex;

class NullDevice final : public scsi::BlockDevice {
 public:
  [[nodiscard]] scsi::Geometry geometry() const override { return {1024, 512, 0, false, false, false, false}; }
  void submit(scsi::BlockRequest& request) override { request.done(scsi::IoResult::Ok); }
};

TEST(Allocation, DoesNotHappenForACommandInTheWarmState) {
  NullDevice device;
  scsi::BufferPool pool(1U << 20);
  scsi::Disk disk(device, pool, scsi_test::World::unit());
  scsi::Nexus* const nexus = disk.attach(scsi_test::initiator(1));
  nexus->attentions.take();
  scsi_test::TestCommand command;
  command.nexus = nexus;
  const base::Bytes cdbs[] = {hex("28 00 00000000 00 0100 00"), hex("2a 00 00000000 00 0100 00"),
                              hex("88 00 0000000000000000 00000001 00 00"), hex("00 00 00 00 00 00")};
  command.setDataOut(base::Bytes(256 * 512), 3);
  std::size_t before = 0;
  for (int round = 0; round < 3; ++round) {
    if (round == 1) before = support::allocations();
    for (const base::Bytes& cdb : cdbs) {
      command.cdb = cdb;
      disk.execute(command, {});
      command.recycle();
    }
  }
  EXPECT_EQ(support::allocations(), before);
  EXPECT_EQ(command.ends, 12);
}

}  // namespace
