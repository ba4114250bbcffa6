// RESERVE and RELEASE, PERSISTENT RESERVE IN and OUT, and what each type leaves to whom.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/scsi/disk_world.h"

namespace {

using scsi::Nexus;
using scsi_test::filled;
using scsi_test::hex;
using scsi_test::initiator;
using scsi_test::kTestUnitReady;
using scsi_test::World;

constexpr int kTypes[] = {1, 3, 5, 6, 7, 8};
enum Action { kRegister = 0, kReserve, kRelease, kClear, kPreempt, kPreemptAbort, kIgnore, kMove };

struct Pr {
  std::uint64_t key = 0;
  std::uint64_t actionKey = 0;
  int type = 0;
  int flags = 0;
};

base::Bytes list(const Pr& pr) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u64(pr.key);
  writer.u64(pr.actionKey);
  writer.u32(0);
  writer.u8(static_cast<std::uint8_t>(pr.flags));
  writer.zeros(3);
  return bytes;
}
std::string cdb(Action action, int scopeAndType, std::size_t length = 24) {
  char text[64];
  std::snprintf(text, sizeof text, "5f %02x %02x 0000 %08zx 00", static_cast<unsigned>(action),
                static_cast<unsigned>(scopeAndType), length);
  return text;
}
std::string out(World& world, Nexus* nexus, Action action, const Pr& pr = {}) {
  return world.outcome(nexus, cdb(action, pr.type), list(pr));
}
std::string keys(World& world) { return world.dataOf(world.a, "5e 00 0000000000 0100 00"); }
std::string reservation(World& world) { return world.dataOf(world.a, "5e 01 0000000000 0100 00"); }

TEST(Persistent, RegistersKeys) {
  World world;
  EXPECT_EQ(keys(world), "00000000" "00000000");
  EXPECT_EQ(out(world, world.a, kRegister, {1, 5}), "CONFLICT") << "a key, but none is registered";
  EXPECT_EQ(out(world, world.a, kRegister, {0, 5}), "GOOD");
  EXPECT_EQ(out(world, world.b, kIgnore, {77, 6}), "GOOD");
  EXPECT_EQ(keys(world), "00000002" "00000010" "0000000000000005" "0000000000000006");
  EXPECT_EQ(world.dataOf(world.a, "5e 00 0000000000 0008 00"), "00000002" "00000010") << "cut, with its whole length";
  EXPECT_EQ(out(world, world.a, kRegister, {0, 7}), "CONFLICT") << "the key must be the one that is registered";
  EXPECT_EQ(out(world, world.a, kRegister, {5, 7}), "GOOD");
  EXPECT_EQ(out(world, world.b, kIgnore, {0, 0}), "GOOD") << "unregisters";
  EXPECT_EQ(keys(world), "00000004" "00000008" "0000000000000007");
  for (const Action action : {kRegister, kIgnore}) {
    EXPECT_EQ(out(world, world.b, action, {0, 0}), "GOOD");
    EXPECT_EQ(keys(world),
              "00000004"
              "00000008"
              "0000000000000007")
        << "nothing but GOOD (SPC-4 5.12.7)";
  }
  EXPECT_EQ(out(world, world.b, kReserve, {0, 0, 1}), "CONFLICT") << "only registered nexuses reserve";
}

TEST(Persistent, RefusesMalformedLists) {
  World world;
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, 23), filled(23, 0)), "05 1a00");
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, 25), filled(25, 0)), "05 1a00");
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, 24), filled(20, 0)), "05 1a00") << "sent less";
  EXPECT_EQ(out(world, world.a, kRegister, {0, 5, 0, 0x01}), "05 2600") << "APTPL without a store";
  EXPECT_EQ(out(world, world.a, kIgnore, {0, 5, 0, 0x08}), "05 2600") << "SPEC_I_PT belongs to REGISTER";
  EXPECT_EQ(out(world, world.a, kRegister, {0, 5}), "GOOD");
  for (const int type : {0, 2, 4, 9, 15, 0x11}) {
    EXPECT_EQ(out(world, world.a, kReserve, {5, 0, type}), "05 2400") << type;
  }
  EXPECT_EQ(reservation(world), "00000001" "00000000");
}

// SPC-4 6.16.2: SCOPE and TYPE are of reservations, SPEC_I_PT is of registrations; elsewhere nobody looks at them.
TEST(Persistent, IgnoresWhatTheServiceActionHasNoUseFor) {
  World world;
  EXPECT_EQ(out(world, world.a, kRegister, {0, 5, 0x15}), "GOOD");
  EXPECT_EQ(out(world, world.b, kIgnore, {0, 6, 0xff}), "GOOD");
  EXPECT_EQ(out(world, world.a, kReserve, {5, 0, 5, 0x0d}), "GOOD");
  EXPECT_EQ(out(world, world.a, kRelease, {5, 0, 5, 0x08}), "GOOD");
  EXPECT_EQ(out(world, world.a, kPreempt, {5, 6, 5, 0x08}), "GOOD");
  EXPECT_EQ(out(world, world.a, kClear, {5, 0, 0x15, 0x08}), "GOOD");
  EXPECT_EQ(keys(world),
            "00000004"
            "00000000");
}

// SPC-4 table 66: for each type, what the holder, another registrant, and one without registration may do.
TEST(Persistent, EachTypeLeavesItsAccess) {
  struct Command {
    const char* cdb;
    char needs;  // n(othing), r(ead), w(rite)
  };
  const Command commands[] = {
      {kTestUnitReady, 'n'}, {"12 00 00 00 24 00", 'n'}, {"03 00 00 00 12 00", 'n'},
      {"a0 00 00 000000 00000100 00 00", 'n'}, {"25 00 00000000 0000 00 00", 'n'},
      {"9e 10 0000000000000000 00000020 00 00", 'n'}, {"4d 00 40 00 00 0000 0100 00", 'n'},
      {"5e 00 0000000000 0100 00", 'n'}, {"a3 05 00000000 00000100 00 00", 'n'}, {"a3 0f 00000000 00000100 00 00", 'n'},
      {"1b 00 00 00 01 00", 'n'}, {"1e 00 00 00 00 00", 'n'},
      {"08 00 00 00 01 00", 'r'}, {"28 00 00000000 00 0001 00", 'r'}, {"88 00 0000000000000000 00000001 00 00", 'r'},
      {"2f 00 00000000 00 0001 00", 'r'}, {"34 00 00000000 00 0001 00", 'r'}, {"1a 00 3f 00 ff 00", 'r'},
      {"9e 12 0000000000000000 00000018 00 00", 'r'}, {"37 00 00 00000000 0008 00", 'r'},
      {"3c 03 00 000000 000004 00", 'r'}, {"1c 00 00 0010 00", 'r'}, {"a3 0c 00 00 0000 00010000 00 00", 'r'},
      {"a3 0d 00 000000 00000010 00 00", 'r'},
      {"0a 00 00 00 01 00", 'w'}, {"2a 00 00000000 00 0001 00", 'w'}, {"2e 00 00000000 00 0001 00", 'w'},
      {"89 00 0000000000000000 000000 00 00 00", 'w'}, {"8b 00 0000000000000000 00000001 00 00", 'w'},
      {"41 00 00000000 00 0001 00", 'w'}, {"42 00 00000000 00 0000 00", 'w'}, {"35 00 00000000 00 0000 00", 'w'},
      {"15 10 00 00 00 00", 'w'}, {"4c 00 40 00 000000 0000 00", 'w'}, {"1d 04 00 0000 00", 'w'},
      {"1b 00 00 00 00 00", 'w'}, {"1e 00 00 00 01 00", 'w'}, {"3b 02 00 000000 000000 00", 'w'},
      {"a4 0f 00000000 00000000 00 00", 'w'},
  };
  for (const int type : kTypes) {
    scsi::DiskSettings settings;
    settings.removable = true;
    World world(settings);
    world.device.shape.thin = true;
    Nexus* const stranger = world.attach(3);
    ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
    ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
    ASSERT_EQ(out(world, world.a, kReserve, {1, 0, type}), "GOOD");
    const bool exclusive = type == 3 || type == 6 || type == 8;
    const bool registrants = type >= 5;
    for (const Command& command : commands) {
      const auto expected = [&](bool all) {
        return all || command.needs == 'n' || (command.needs == 'r' && !exclusive) ? "GOOD" : "CONFLICT";
      };
      const base::Bytes data = filled(512, 0);
      EXPECT_EQ(world.outcome(world.a, command.cdb, data), "GOOD") << type << " " << command.cdb;
      EXPECT_EQ(world.outcome(world.b, command.cdb, data), expected(registrants)) << type << " " << command.cdb;
      EXPECT_EQ(world.outcome(stranger, command.cdb, data), expected(false)) << type << " " << command.cdb;
      for (Nexus* nexus : {world.a, world.b, stranger}) {
        while (nexus->attentions.take()) {
        }
        nexus->preventsRemoval = false;
      }
    }
  }
}

TEST(Persistent, IsReservedAndReleased) {
  for (const int type : kTypes) {
    World world;
    Nexus* const c = world.attach(3);
    ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
    ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
    const bool all = type >= 7;
    const bool tells = type >= 5;
    EXPECT_EQ(out(world, world.a, kReserve, {9, 0, type}), "CONFLICT") << "a wrong key";
    EXPECT_EQ(out(world, world.a, kReserve, {1, 0, type}), "GOOD");
    EXPECT_EQ(out(world, world.a, kReserve, {1, 0, type}), "GOOD") << "again";
    EXPECT_EQ(out(world, world.a, kReserve, {1, 0, type == 1 ? 3 : 1}), "CONFLICT") << "another type";
    EXPECT_EQ(out(world, world.b, kReserve, {2, 0, type}), all ? "GOOD" : "CONFLICT");
    char expected[64];
    std::snprintf(expected, sizeof expected, "0000000200000010%016x00000000%04x0000", all ? 0 : 1,
                  static_cast<unsigned>(type));
    EXPECT_EQ(reservation(world), expected);
    EXPECT_EQ(out(world, c, kRelease, {0, 0, type}), "CONFLICT") << "not registered";
    if (!all) {
      EXPECT_EQ(out(world, world.b, kRelease, {2, 0, type}), "GOOD") << "not the holder: no effect";
    }
    EXPECT_EQ(reservation(world), expected);
    EXPECT_EQ(out(world, world.a, kRelease, {1, 0, type == 1 ? 3 : 1}), "05 2604");
    EXPECT_EQ(out(world, world.a, kRelease, {1, 0, type | 0x10}), "05 2604") << "another scope";
    EXPECT_EQ(out(world, world.a, kRelease, {1, 0, type}), "GOOD");
    EXPECT_EQ(reservation(world), "00000002" "00000000") << "neither counts in PRGENERATION";
    EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD") << "who releases hears nothing";
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), tells ? "06 2a04" : "GOOD") << type;
    EXPECT_EQ(world.outcome(c, kTestUnitReady), "GOOD");
    EXPECT_EQ(out(world, world.a, kRelease, {1, 0, type}), "GOOD") << "nothing is reserved";
  }
}

TEST(Persistent, GoesWithItsHolder) {
  for (const int type : kTypes) {
    World world;
    ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
    ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
    ASSERT_EQ(out(world, world.a, kReserve, {1, 0, type}), "GOOD");
    ASSERT_EQ(out(world, world.a, kRegister, {1, 0}), "GOOD");
    const bool stays = type >= 7;
    EXPECT_EQ(reservation(world).size() > 16, stays) << type;
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), type == 5 || type == 6 ? "06 2a04" : "GOOD") << type;
    EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 0)), stays ? "CONFLICT" : "GOOD");
    ASSERT_EQ(out(world, world.b, kRegister, {2, 0}), "GOOD");
    EXPECT_EQ(reservation(world).size(), 16U) << "the last registrant takes it along";
  }
}

TEST(Persistent, IsCleared) {
  World world;
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 3}), "GOOD");
  EXPECT_EQ(out(world, world.b, kClear, {9}), "CONFLICT");
  EXPECT_EQ(out(world, world.b, kClear, {2}), "GOOD") << "any registrant may";
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "06 2a03");
  EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "GOOD");
  EXPECT_EQ(keys(world), "00000003" "00000000");
  EXPECT_EQ(reservation(world), "00000003" "00000000");
}

TEST(Persistent, IsPreempted) {
  struct Row {
    const char* what;
    int type;                 // held by a, key 1; b has key 2, c and d key 3; 0: no reservation
    std::uint64_t victim;
    const char* outcome;      // of PREEMPT by b, for type 1
    const char* keys;
    const char* holderAndType;
    const char* a;            // what the nexuses hear
    const char* c;
  };
  const Row rows[] = {
      {"nothing reserved: registrations go", 0, 3, "GOOD", "1 2", "", "GOOD", "06 2a05"},
      {"nothing reserved, no such key", 0, 9, "CONFLICT", "1 2 3 3", "", "GOOD", "GOOD"},
      {"nothing reserved, key 0", 0, 0, "05 2600", "1 2 3 3", "", "GOOD", "GOOD"},
      {"the holder", 3, 1, "GOOD", "2 3 3", "2 1", "06 2a05", "06 2a04"},
      {"the holder, same type", 1, 1, "GOOD", "2 3 3", "2 1", "06 2a05", "GOOD"},
      {"others than the holder", 3, 3, "GOOD", "1 2", "1 3", "GOOD", "06 2a05"},
      {"others, key 0", 3, 0, "05 2600", "1 2 3 3", "1 3", "GOOD", "GOOD"},
      {"others, no such key", 3, 9, "CONFLICT", "1 2 3 3", "1 3", "GOOD", "GOOD"},
      {"all registrants, key 0", 8, 0, "GOOD", "2", "2 1", "06 2a05", "06 2a05"},
      {"all registrants, a key", 8, 3, "GOOD", "1 2", "0 8", "GOOD", "06 2a05"},
      {"all registrants, no such key", 8, 9, "CONFLICT", "1 2 3 3", "0 8", "GOOD", "GOOD"},
      {"registrants only, the holder", 5, 1, "GOOD", "2 3 3", "2 1", "06 2a05", "06 2a04"},
  };
  for (const Row& row : rows) {
    World world;
    Nexus* const c = world.attach(3);
    Nexus* const d = world.attach(4);
    const std::pair<Nexus*, std::uint64_t> all[] = {{world.a, 1}, {world.b, 2}, {c, 3}, {d, 3}};
    for (const auto& [nexus, key] : all) ASSERT_EQ(out(world, nexus, kRegister, {0, key}), "GOOD");
    if (row.type != 0) {
      ASSERT_EQ(out(world, world.a, kReserve, {1, 0, row.type}), "GOOD");
    }
    EXPECT_EQ(out(world, world.b, kPreempt, {9, row.victim, 1}), "CONFLICT") << "a wrong key";
    EXPECT_EQ(out(world, world.b, kPreempt, {2, row.victim, 1}), row.outcome) << row.what;
    const scsi::ReservationState& state = world.disk.reservations();
    std::string keysNow;
    for (const auto& r : state.registrations) keysNow += (keysNow.empty() ? "" : " ") + std::to_string(r.key);
    EXPECT_EQ(keysNow, row.keys) << row.what;
    EXPECT_EQ(state.generation, std::string_view(row.outcome) == "GOOD" ? 5U : 4U) << row.what;
    const std::string now = world.dataOf(world.b, "5e 01 0000000000 0100 00");
    std::string holder;
    if (now.size() > 16) {
      holder = std::to_string(base::loadU64(hex(now.substr(16, 16)).data())) + " " + now.substr(43, 1);
    }
    EXPECT_EQ(holder, row.holderAndType) << row.what;
    EXPECT_EQ(world.outcome(world.a, kTestUnitReady), row.a) << row.what;
    EXPECT_EQ(world.outcome(c, kTestUnitReady), row.c) << row.what;
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "GOOD") << "who preempts hears nothing";
  }
}

TEST(Persistent, OfAllRegistrantsGoesWhenTheLastPreemptsItself) {
  World world;
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 8}), "GOOD");
  EXPECT_EQ(out(world, world.a, kPreempt, {1, 1, 8}), "GOOD");
  EXPECT_EQ(reservation(world), "00000002" "00000000");
  EXPECT_EQ(world.outcome(world.b, "28 00 00000000 00 0001 00"), "GOOD");
}

TEST(Persistent, PreemptAndAbortEndsTheCommandsOfTheVictim) {
  World world;
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 5}), "GOOD");
  world.device.later = true;
  const auto victim = world.run(world.a, "28 00 00000000 00 0001 00");
  const auto own = world.run(world.b, "28 00 00000000 00 0001 00");
  EXPECT_EQ(out(world, world.b, kPreemptAbort, {2, 1, 5}), "GOOD");
  world.device.answerAll();
  EXPECT_EQ(victim->outcome(), "TASK ABORTED");
  EXPECT_EQ(own->outcome(), "GOOD");
  EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "06 2a05");
}

TEST(Persistent, MovesToAnotherNexus) {
  World world;
  Nexus* const c = world.attach(3);
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
  const auto move = [&](Nexus* nexus, std::uint64_t key, std::uint64_t actionKey, int flags, std::uint16_t port,
                        const base::Bytes& id) {
    base::Bytes bytes;
    base::ByteWriter writer(bytes);
    writer.u64(key);
    writer.u64(actionKey);
    writer.u8(0);
    writer.u8(static_cast<std::uint8_t>(flags));
    writer.u16(port);
    writer.u32(static_cast<std::uint32_t>(id.size()));
    writer.bytes(id);
    return world.outcome(nexus, cdb(kMove, 0, bytes.size()), bytes);
  };
  const base::Bytes target = initiator(3).transportId;
  EXPECT_EQ(move(world.a, 1, 7, 0, 1, target), "CONFLICT") << "nothing is reserved";
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 1}), "GOOD");
  EXPECT_EQ(move(world.b, 2, 7, 0, 1, target), "CONFLICT") << "not the holder";
  EXPECT_EQ(move(world.a, 9, 7, 0, 1, target), "CONFLICT") << "a wrong key";
  EXPECT_EQ(move(world.a, 1, 0, 0, 1, target), "05 2600") << "key 0";
  EXPECT_EQ(move(world.a, 1, 7, 0, 1, initiator(1).transportId), "05 2600") << "to itself";
  EXPECT_EQ(move(world.a, 1, 7, 0, 9, target), "05 2600") << "no such port";
  EXPECT_EQ(move(world.a, 1, 7, 0, 1, scsi::iscsiTransportId("iqn.x")), "05 2600") << "a device, not a port";
  EXPECT_EQ(move(world.a, 1, 7, 1, 1, target), "05 2600") << "APTPL without a store";
  EXPECT_EQ(world.outcome(world.a, cdb(kMove, 0, 24), list({1, 7})), "05 2600") << "no TransportID";
  EXPECT_EQ(move(world.a, 1, 7, 2, 1, target), "GOOD") << "UNREG";
  EXPECT_EQ(world.outcome(c, "2a 00 00000000 00 0001 00", filled(512, 0)), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 0)), "CONFLICT");
  EXPECT_EQ(keys(world), "00000003" "00000010" "0000000000000002" "0000000000000007");
}

TEST(Persistent, RegistersOthersAndAllPorts) {
  World world;
  world.disk.setPorts({"iqn.t", {{1, 1, ""}, {2, 1, ""}}});
  Nexus* const c = world.attach(3);
  Nexus* const a2 = world.attach(1, 2);
  base::Bytes named = list({0, 5, 0, 0x08});
  base::Bytes id = initiator(3).transportId;
  base::ByteWriter(named).u32(static_cast<std::uint32_t>(id.size()));
  base::append(named, id);
  base::Bytes bad = named;
  bad[28] = 0x06;
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, bad.size()), bad), "05 2600");
  bad = named;
  bad[27] -= 4;
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, bad.size()), bad), "05 1a00");
  EXPECT_EQ(keys(world), "00000000" "00000000") << "all or nothing";
  EXPECT_EQ(world.outcome(world.a, cdb(kRegister, 0, named.size()), named), "GOOD");
  EXPECT_TRUE(world.a->registered);
  EXPECT_TRUE(c->registered);
  EXPECT_FALSE(a2->registered);
  EXPECT_EQ(out(world, world.a, kIgnore, {0, 6, 0, 0x04}), "GOOD") << "ALL_TG_PT";
  EXPECT_TRUE(a2->registered);
  const std::string full = world.dataOf(world.a, "5e 03 0000000000 1000 00");
  // Three descriptors; the second initiator has its own key.
  EXPECT_EQ(full.substr(16, 16), "0000000000000006");
  EXPECT_EQ(full.substr(16 + 24, 2), "02") << "ALL_TG_PT";
  ASSERT_EQ(out(world, world.a, kReserve, {6, 0, 3}), "GOOD");
  const base::Bytes status = world.run(world.a, "5e 03 0000000000 1000 00")->received();
  EXPECT_EQ(status[8 + 12], 0x03) << "ALL_TG_PT, R_HOLDER";
  EXPECT_EQ(status[8 + 13], 0x03) << "type";
  EXPECT_EQ(base::loadU16(&status[8 + 18]), 1) << "relative target port";
  const std::size_t size = base::loadU32(&status[8 + 20]);
  EXPECT_EQ(size, id.size());
  EXPECT_TRUE(base::equal(base::ByteView(status).subspan(8 + 24, size), initiator(1).transportId));
  EXPECT_EQ(world.outcome(a2, "2a 00 00000000 00 0001 00", filled(512, 0)), "CONFLICT") << "another nexus holds it";
}

TEST(Persistent, HasRoomForSoMany) {
  scsi::DiskSettings settings;
  settings.maxRegistrations = 1;
  World world(settings);
  EXPECT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  EXPECT_EQ(out(world, world.b, kRegister, {0, 2}), "05 5504");
  EXPECT_EQ(out(world, world.a, kRegister, {1, 3}), "GOOD");
}

TEST(Persistent, CapabilitiesTellTypes) {
  World world;
  EXPECT_EQ(world.dataOf(world.a, "5e 02 0000000000 0100 00"), "0008" "1c80" "ea01" "0000");
  scsi_test::MemoryStore store;
  World durable({}, &store);
  EXPECT_EQ(durable.dataOf(durable.a, "5e 02 0000000000 0100 00"), "0008" "1d80" "ea01" "0000");
}

TEST(Persistent, SurvivesNexusLossAndBelongsToTheSameName) {
  World world;
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 3}), "GOOD");
  world.disk.detach(*world.a);
  EXPECT_EQ(world.outcome(world.b, "28 00 00000000 00 0001 00"), "CONFLICT");
  Nexus* const again = world.attach(1);
  EXPECT_EQ(world.outcome(again, "28 00 00000000 00 0001 00"), "GOOD");
}

TEST(Persistent, IsOnTheStoreBeforeGood) {
  scsi_test::MemoryStore store;
  World world({}, &store);
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  EXPECT_TRUE(store.images.empty()) << "without APTPL nothing is saved";
  store.later = true;
  const auto first = world.run(world.a, cdb(kRegister, 0), list({1, 1, 0, 1}));
  const auto second = world.run(world.b, cdb(kIgnore, 0), list({0, 2, 0, 1}));
  EXPECT_EQ(first->ends, 0);
  EXPECT_EQ(second->ends, 0) << "one after the other";
  ASSERT_EQ(store.images.size(), 1U);
  EXPECT_FALSE(world.b->registered);
  store.answer();
  EXPECT_EQ(first->outcome(), "GOOD");
  ASSERT_EQ(store.images.size(), 2U);
  store.answer();
  EXPECT_EQ(second->outcome(), "GOOD");
  store.later = false;
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 6}), "GOOD");
  EXPECT_EQ(store.images.size(), 3U) << "a reservation under APTPL is saved too";

  World after({}, &store);
  ASSERT_TRUE(after.disk.restore(scsi::StateKind::Reservations, store.images.back().second));
  EXPECT_EQ(keys(after), "00000000" "00000010" "0000000000000001" "0000000000000002") << "PRGENERATION begins again";
  EXPECT_EQ(after.outcome(after.a, "28 00 00000000 00 0001 00"), "GOOD");
  Nexus* const stranger = after.attach(9);
  EXPECT_EQ(after.outcome(stranger, "28 00 00000000 00 0001 00"), "CONFLICT");
  EXPECT_EQ(out(after, after.a, kRegister, {1, 1, 0, 0}), "GOOD") << "APTPL zero ends it";
  World last({}, &store);
  ASSERT_TRUE(last.disk.restore(scsi::StateKind::Reservations, store.images.back().second));
  EXPECT_EQ(keys(last), "00000000" "00000000");
}

// A host unregisters on all its paths, those that it has not registered on too.
TEST(Persistent, StayOnTheStoreWhenOneThatIsNotRegisteredUnregisters) {
  scsi_test::MemoryStore store;
  World world({}, &store);
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1, 0, 1}), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 3}), "GOOD");
  for (const Action action : {kRegister, kIgnore}) {
    ASSERT_EQ(out(world, world.b, action, {0, 0, 0, 0}), "GOOD");
    World after({}, &store);
    ASSERT_TRUE(after.disk.restore(scsi::StateKind::Reservations, store.images.back().second));
    EXPECT_EQ(keys(after),
              "00000000"
              "00000008"
              "0000000000000001");
    EXPECT_EQ(after.outcome(after.b, "28 00 00000000 00 0001 00"), "CONFLICT");
  }
  ASSERT_EQ(out(world, world.a, kRegister, {1, 2}), "GOOD");
  EXPECT_EQ(store.images.back().second, scsi::ReservationState{}.image()) << "its own APTPL zero counts";
}

TEST(Persistent, ThatCannotBeSavedIsNotTaken) {
  scsi_test::MemoryStore store;
  store.fails = true;
  World world({}, &store);
  EXPECT_EQ(out(world, world.a, kRegister, {0, 1, 0, 1}), "04 4400");
  EXPECT_EQ(keys(world), "00000000" "00000000");
}

TEST(Persistent, ThatIsSavedIsTakenEvenIfTheCommandWasAborted) {
  scsi_test::MemoryStore store;
  store.later = true;
  World world({}, &store);
  const auto command = world.run(world.a, cdb(kRegister, 0), list({0, 1, 0, 1}));
  world.disk.abort(*command);
  EXPECT_EQ(command->ends, 0);
  store.answer();
  EXPECT_EQ(command->outcome(), "aborted");
  EXPECT_TRUE(world.a->registered);
}

TEST(Persistent, ImagesThatAreMalformedAreRefused) {
  scsi::ReservationState state;
  state.persists = true;
  state.registrations.push_back({initiator(1), 5, false});
  state.type = scsi::ReservationType::ExclusiveAccess;
  state.holder = initiator(1);
  const base::Bytes image = state.image();
  ASSERT_TRUE(scsi::ReservationState::fromImage(image));
  for (std::size_t size = 0; size < image.size(); ++size) {
    EXPECT_FALSE(scsi::ReservationState::fromImage(base::ByteView(image).first(size))) << size;
  }
  state.holder = initiator(2);
  EXPECT_FALSE(scsi::ReservationState::fromImage(state.image())) << "a holder without registration";
  base::Bytes wrong = image;
  wrong[2] = 4;
  EXPECT_FALSE(scsi::ReservationState::fromImage(wrong)) << "no such type";
}

class Names final : public scsi::PortNames {
 public:
  [[nodiscard]] std::string nameOf(std::uint16_t number) const override {
    for (const auto& [name, is] : numbers) {
      if (is == number) return name;
    }
    return {};
  }
  std::uint16_t numberOf(std::string_view name, std::uint16_t wanted) override {
    return numbers.try_emplace(std::string(name), wanted).first->second;
  }
  std::map<std::string, std::uint16_t> numbers;
};

TEST(Persistent, AreKeptByTheNamesOfTheirPorts) {
  scsi_test::MemoryStore store;
  Names names;
  names.numbers = {{"p", 1}, {"q", 2}};
  base::Bytes image;
  {
    World world({}, &store);
    world.disk.setPortNames(&names);
    Nexus* const second = world.attach(1, 2);
    EXPECT_EQ(out(world, world.a, kRegister, {0, 5, 0, 1}), "GOOD");
    EXPECT_EQ(out(world, second, kRegister, {0, 6, 0, 1}), "GOOD");
    EXPECT_EQ(out(world, second, kReserve, {6, 0, 3}), "GOOD");
    image = store.images.back().second;
  }
  names.numbers = {{"p", 2}, {"q", 1}};
  World world({}, &store);
  world.disk.setPortNames(&names);
  ASSERT_TRUE(world.disk.restore(scsi::StateKind::Reservations, image));
  EXPECT_FALSE(world.disk.portsUnnamed());
  Nexus* const second = world.attach(1, 2);
  EXPECT_TRUE(world.a->registered);
  EXPECT_TRUE(second->registered);
  EXPECT_EQ(world.outcome(world.a, "2a 00 00000000 00 0001 00", filled(512, 0)), "GOOD") << "the holder";
  EXPECT_EQ(world.outcome(second, "2a 00 00000000 00 0001 00", filled(512, 0)), "CONFLICT");
  names.numbers = {{"p", 2}};
  ASSERT_TRUE(world.disk.restore(scsi::StateKind::Reservations, image));
  EXPECT_EQ(names.numbers.at("q"), 2) << "a port that is not there yet gets its number";
}

TEST(Reserve, KeepsOthersOutUntilReleased) {
  for (const bool ten : {false, true}) {
    const char* reserve = ten ? "56 00 0000000000 0000 00" : "16 00 00 00 00 00";
    const char* release = ten ? "57 00 0000000000 0000 00" : "17 00 00 00 00 00";
    World world;
    EXPECT_EQ(world.outcome(world.a, reserve), "GOOD");
    EXPECT_EQ(world.outcome(world.a, reserve), "GOOD");
    EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD");
    for (const char* cdb : {reserve, kTestUnitReady, "1a 00 3f 00 ff 00", "28 00 00000000 00 0001 00",
                            "2a 00 00000000 00 0001 00", "25 00 00000000 0000 00 00", "48 82 0000000000 0000 00"}) {
      EXPECT_EQ(world.outcome(world.b, cdb), "CONFLICT") << cdb;
    }
    for (const char* cdb : {"12 00 00 00 24 00", "03 00 00 00 12 00", "a0 00 00 000000 00000100 00 00",
                            "4d 00 40 00 00 0000 0100 00", release}) {
      EXPECT_EQ(world.outcome(world.b, cdb), "GOOD") << cdb;
    }
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "CONFLICT") << "the release of another does nothing";
    EXPECT_EQ(world.outcome(world.a, "5e 00 0000000000 0100 00"), "CONFLICT") << "not together with PERSISTENT RESERVE";
    EXPECT_EQ(world.outcome(world.a, release), "GOOD");
    EXPECT_EQ(world.outcome(world.b, kTestUnitReady), "GOOD");
    EXPECT_EQ(world.outcome(world.b, reserve), "GOOD");
    world.disk.detach(*world.b);
    EXPECT_EQ(world.outcome(world.a, kTestUnitReady), "GOOD") << "nexus loss releases it";
  }
}

TEST(Reserve, StandsBackBehindPersistentReservations) {
  World world;
  Nexus* const stranger = world.attach(3);
  ASSERT_EQ(out(world, world.a, kRegister, {0, 1}), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "16 00 00 00 00 00"), "GOOD") << "without effect";
  EXPECT_EQ(world.outcome(stranger, "16 00 00 00 00 00"), "CONFLICT");
  EXPECT_EQ(world.outcome(stranger, kTestUnitReady), "GOOD");
  ASSERT_EQ(out(world, world.a, kReserve, {1, 0, 3}), "GOOD");
  EXPECT_EQ(world.outcome(world.a, "17 00 00 00 00 00"), "GOOD");
  EXPECT_EQ(world.outcome(stranger, "17 00 00 00 00 00"), "CONFLICT");
  ASSERT_EQ(out(world, world.b, kRegister, {0, 2}), "GOOD");
  EXPECT_EQ(world.outcome(world.b, "16 00 00 00 00 00"), "CONFLICT") << "registered, but another holds it alone";
}

}  // namespace
