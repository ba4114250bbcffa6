// The kernel's own initiator, with a sysfs and programs of the test: what is told to open-iscsi and multipath-tools,
// and which device a unit has.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "agent/attach/first_line.h"
#include "agent/attach/host_devices.h"
#include "agent/attach/kernel_initiator.h"
#include "tests/support/scratch_folder.h"

namespace attach {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kHost = "iqn.2026-01.org.example:host";
const std::string kTarget = "iqn.2026-01.org.example:store";
const std::string kFirst = "10.0.0.1:3260,1";
const std::string kSecond = "10.0.1.1:3260,1";

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text << '\n';
}

// What iscsiadm does: notes its words, and makes records and sessions. A portal of which there is a file "refused" lets
// nobody in; LUN 5 of a session is the block device of the file "disk" beside it.
constexpr const char* kIscsiadm = R"(#!/bin/sh
root=ROOT
echo "iscsiadm $*" >> $root/said
portal= target= session= what=
while [ $# -gt 0 ]; do
  case $1 in
    -p) portal=$2; shift;;
    -T) target=$2; shift;;
    -r) session=$2; shift;;
    -o|--login|--logout|--op=delete) what="$1$2";;
  esac
  shift
done
address=$(echo $portal | sed 's/:.*//'); record=$root/nodes/$target/$address,3260,1
case $what in
  -onew) [ -z "$portal" ] || { mkdir -p $record; echo 'node.startup = automatic' > $record/sanctum; };;
  --login)
    [ ! -e $root/portals/$address/refused ] || { echo "login refused" >&2; exit 24; }
    number=$(cat $root/portals/$address/number); disk=$(cat $root/portals/$address/disk)
    session=$root/sys/class/iscsi_session/session$number
    mkdir -p $session/device/target$number:0:0/$number:0:0:5/block/$disk
    echo $target > $session/targetname; echo sanctum > $session/ifacename
    connection=$root/sys/class/iscsi_connection/connection$number:0; mkdir -p $connection
    echo $address > $connection/persistent_address; echo 3260 > $connection/persistent_port
    mkdir -p $root/sys/block/$disk/device; touch $root/dev/$disk
    [ ! -e $root/dm ] || { mkdir -p $root/sys/block/$disk/holders/dm-3 $root/sys/block/dm-3/slaves/$disk; };;
  --logout) rm -r $root/sys/class/iscsi_session;;
  --op=delete) rm -r $root/nodes/$target;;
esac
exit 0
)";
// `multipath DEVICE` makes a map of what was named by `-a`.
constexpr const char* kMultipath = R"(#!/bin/sh
root=ROOT
echo "${0##*/} $*" >> $root/said
[ ! -e $root/in-use ] || { echo "mpatha: map in use" >&2; exit 1; }
disk=${2##*/}
case $1 in
  -a) touch $root/known;;
  */sda|*/sdb)
    [ -e $root/known ] && [ ! -e $root/left-out ] || exit 0
    echo mpath-36001 > $root/sys/block/dm-3/dm/uuid
    for one in sda sdb; do
      [ ! -e $root/sys/block/$one ] || mkdir -p $root/sys/block/$one/holders/dm-3 $root/sys/block/dm-3/slaves/$one
    done;;
esac
)";

class KernelTest : public ::testing::Test {
 protected:
  KernelTest() {
    for (const auto& [name, text] :
         {std::pair{"iscsiadm", kIscsiadm}, {"multipath", kMultipath}, {"multipathd", kMultipath}}) {
      std::string script = text;
      for (std::size_t at = 0; (at = script.find("ROOT")) != std::string::npos;) script.replace(at, 4, root);
      write(root + "/bin/" + name, script);
      fs::permissions(root + "/bin/" + name, fs::perms::owner_all);
    }
    fs::create_directories(root + "/dev");
    portal("10.0.0.1", "1", "sda");
    portal("10.0.1.1", "2", "sdb");
    folders.sys = root + "/sys";
    folders.proc = root + "/proc";
    folders.run = root + "/run";
    folders.dev = root + "/dev";
    folders.programs = root + "/bin";
    folders.records = root + "/nodes";
    folders.mapTime = {};
  }
  void portal(const std::string& address, const std::string& session, const std::string& disk) {
    write(root + "/portals/" + address + "/number", session);
    write(root + "/portals/" + address + "/disk", disk);
  }
  void multipathd(const std::string& process = "multipathd") {
    write(root + "/run/multipathd.pid", "77");
    write(root + "/proc/77/comm", process);
  }
  // Of what comes from now on, as multipathd makes it.
  void maps(const std::string& uuid = "mpath-36001") {
    write(root + "/dm", "");
    write(root + "/sys/block/dm-3/dm/uuid", uuid);
    write(root + "/sys/block/dm-3/dm/name", "mpatha");
    write(root + "/dev/dm-3", "");
  }
  KernelLogin login(std::vector<std::string> portals = {kFirst, kSecond}) const {
    KernelLogin one;
    one.initiator = kHost;
    one.target = kTarget;
    one.portals = std::move(portals);
    return one;
  }
  std::string attached(const KernelLogin& wanted) {
    auto device = KernelInitiator(folders).attach(wanted, 5);
    return device ? fs::path(*device).filename().string() : device.error().text;
  }
  // The lines of `said` that have this word.
  std::vector<std::string> said(const std::string& word) const {
    std::vector<std::string> all;
    std::ifstream file(root + "/said");
    for (std::string line; std::getline(file, line);) {
      if (line.find(word) != std::string::npos) all.push_back(line);
    }
    return all;
  }
  std::string asked(const std::string& disk, const std::string& what) const {
    return firstLine(root + "/sys/block/" + disk + "/device/" + what);
  }
  // What a unit says of itself: one designator, NAA 6001020304050607.
  void says(const std::string& disk, char last) const {
    const fs::path page = root + "/sys/block/" + disk + "/device/vpd_pg83";
    fs::create_directories(page.parent_path());
    std::ofstream(page) << std::string({0, '\x83', 0, 12, 1, 3, 0, 8, 0x60, 1, 2, 3, 4, 5, 6, last});
  }
  static std::string loginAt(const std::string& portal) {
    return "iscsiadm -m node -T " + kTarget + " -p " + portal + " -I sanctum --login";
  }

  support::ScratchFolder folder;
  const std::string root = folder.file("root");
  KernelFolders folders;
};

TEST_F(KernelTest, withoutMultipathdOnePortalIsUsed) {
  EXPECT_EQ(attached(login()), "sda");
  EXPECT_THAT(said("--login"), ElementsAre(loginAt(kFirst)));
  EXPECT_THAT(KernelInitiator(folders).manner(), HasSubstr("one portal"));
}

TEST_F(KernelTest, thePidOfSomebodyElseIsNoMultipathd) {
  multipathd("sleep");
  EXPECT_EQ(attached(login()), "sda");
  EXPECT_THAT(said("--login"), ElementsAre(loginAt(kFirst)));
}

TEST_F(KernelTest, aPortalThatRefusesIsPassedOver) {
  write(root + "/portals/10.0.0.1/refused", "");
  EXPECT_EQ(attached(login()), "sdb");
  EXPECT_THAT(attached(login({kFirst})), HasSubstr("sdb"));  // there is a session
}

TEST_F(KernelTest, wherePortalsAllRefuseItsWordsAreTold) {
  write(root + "/portals/10.0.0.1/refused", "");
  EXPECT_THAT(attached(login({kFirst})), HasSubstr("login refused"));
}

TEST_F(KernelTest, withMultipathdAllPortalsAreUsedAndTheDeviceIsTheMap) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  EXPECT_THAT(said("--login"), ElementsAre(loginAt(kFirst), loginAt(kSecond)));
  EXPECT_THAT(KernelInitiator(folders).manner(), HasSubstr("all portals"));
}

TEST_F(KernelTest, whatMultipathdWaitsToBeNamedIsNamed) {
  multipathd();
  maps("");
  fs::remove(root + "/dm");
  folders.mapTime = std::chrono::seconds(5);
  EXPECT_EQ(attached(login()), "dm-3");
  EXPECT_THAT(said("multipath -a"), ElementsAre("multipath -a " + root + "/dev/sda"));
  ASSERT_TRUE(KernelInitiator(folders).detach(kTarget, 5));
  EXPECT_THAT(said("multipath -f"), ElementsAre("multipath -f mpatha"));
}

TEST_F(KernelTest, whatMultipathConfLeavesOutHasOnePath) {
  multipathd();
  write(root + "/left-out", "");
  EXPECT_EQ(attached(login()), "sda");
}

TEST_F(KernelTest, aMapIsTheDeviceAlsoWhereMultipathdIsNotSeen) {
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
}

TEST_F(KernelTest, anotherDeviceOfDeviceMapperIsNoMap) {
  maps("LVM-abc");
  EXPECT_EQ(attached(login()), "sda");
}

TEST_F(KernelTest, onceMorePortalsThatHaveComeSinceAreUsedAndOthersLeftAlone) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login({kFirst})), "dm-3");
  EXPECT_EQ(attached(login()), "dm-3");
  EXPECT_THAT(said("--login"), ElementsAre(loginAt(kFirst), loginAt(kSecond)));
}

TEST_F(KernelTest, aPortalThatLetNobodyInKeepsOthersWaitingOnceAWhile) {
  multipathd();
  maps();
  write(root + "/portals/10.0.1.1/refused", "");
  KernelInitiator kernel(folders);
  ASSERT_TRUE(kernel.attach(login(), 5));
  ASSERT_TRUE(kernel.attach(login(), 5));
  EXPECT_THAT(said("--login"), ElementsAre(loginAt(kFirst), loginAt(kSecond)));
  folders.portalPause = {};
  KernelInitiator impatient(folders);
  ASSERT_TRUE(impatient.attach(login(), 5));
  ASSERT_TRUE(impatient.attach(login(), 5));
  EXPECT_EQ(said("--login").size(), 4U);
}

// Each may take seconds, and whoever asked for the disk does not wait for ever.
TEST_F(KernelTest, portalsThatLetNobodyInAreTriedInTurnOverSeveralCallsUntilTheGoodOneHasItsTurn) {
  const std::string silent[] = {"10.0.2.1:3260,1", "10.0.3.1:3260,1", "10.0.4.1:3260,1"};
  for (const std::string& one : silent) {
    const std::string address = one.substr(0, one.find(':'));
    portal(address, "9", "sdz");
    write(root + "/portals/" + address + "/refused", "");
  }
  folders.loginTime = {};
  folders.portalPause = {};
  KernelInitiator kernel(folders);
  const KernelLogin wanted = login({silent[0], silent[1], silent[2], kFirst});
  for (int call = 0; call < 3; ++call) {
    EXPECT_FALSE(kernel.attach(wanted, 5)) << call;
    EXPECT_THAT(said("--login").back(), loginAt(silent[call]));
  }
  const auto device = kernel.attach(wanted, 5);
  ASSERT_TRUE(device) << device.error().text;
  EXPECT_EQ(fs::path(*device).filename(), "sda");
  EXPECT_EQ(said("--login").size(), 4U);
  // With multipathd the others have their turn later, too, the longest ago first, and keep nobody waiting.
  multipathd();
  ASSERT_TRUE(kernel.attach(wanted, 5));
  ASSERT_TRUE(kernel.attach(wanted, 5));
  EXPECT_THAT(said("--login"), ::testing::SizeIs(6));
  EXPECT_THAT(said("--login")[4], loginAt(silent[0]));
  EXPECT_THAT(said("--login")[5], loginAt(silent[1]));
}

TEST_F(KernelTest, aSessionIsAskedForAUnitThatItDoesNotShowYet) {
  EXPECT_EQ(attached(login()), "sda");
  fs::create_directories(root + "/sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:15/block/sdq");
  EXPECT_EQ(attached(login()), "sda");
  EXPECT_THAT(said("--rescan"), IsEmpty());
  fs::rename(root + "/sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:5",
             root + "/sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:6");
  write(root + "/bin/iscsiadm.new",
        "#!/bin/sh\necho rescan $* >> " + root + "/said\nmkdir -p " + root +
            "/sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:5/block/sdc\ntouch " + root + "/dev/sdc");
  fs::permissions(root + "/bin/iscsiadm.new", fs::perms::owner_all);
  fs::rename(root + "/bin/iscsiadm.new", root + "/bin/iscsiadm");
  EXPECT_EQ(attached(login()), "sdc");
  EXPECT_THAT(said("rescan"), ElementsAre("rescan -m session -r 1 --rescan"));
}

TEST_F(KernelTest, olderSessionsComeFirst) {
  for (const char* session : {"9", "10"}) {
    const std::string at = root + "/sys/class/iscsi_session/session" + session;
    write(at + "/targetname", kTarget);
    write(at + "/ifacename", "sanctum");
    write(at + "/device/target4:0:0/4:0:0:5/block/sd" + session + "/size", "1");
  }
  EXPECT_THAT(KernelInitiator(folders).devicesOf(kTarget, 5), ElementsAre(HasSubstr("sd9"), HasSubstr("sd10")));
}

// Somebody may have something of it.
TEST_F(KernelTest, aPathThatNoMapHasTakenIsADeviceToo) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  EXPECT_THAT(KernelInitiator(folders).devicesOf(kTarget, 5), ElementsAre(HasSubstr("dm-3")));
  fs::remove(root + "/sys/block/dm-3/slaves/sdb");
  EXPECT_THAT(KernelInitiator(folders).devicesOf(kTarget, 5), ElementsAre(HasSubstr("dm-3"), HasSubstr("sdb")));
}

// The kernel goes on with the device that it made, whatever stands behind the LUN.
TEST_F(KernelTest, aUnitThatIsAnotherIsNotTakenForTheOneThatIsWanted) {
  says("sda", 7);
  KernelInitiator kernel(folders);
  ASSERT_TRUE(kernel.attach(login(), 5, "naa.6001020304050607"));
  EXPECT_EQ(asked("sda", "rescan"), "1") << "the kernel has looked anew";
  const auto other = kernel.attach(login(), 5, "naa.6001020304050608");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().text, HasSubstr("another unit than naa.6001020304050608"));
  using Behind = KernelInitiator::Behind;
  EXPECT_EQ(kernel.behind(kTarget, 5, "naa.6001020304050608"), Behind::Another);
  EXPECT_EQ(kernel.behind(kTarget, 5, "naa.6001020304050607"), Behind::Wanted);
  ASSERT_TRUE(kernel.setOffline(kTarget, 5));
  EXPECT_EQ(asked("sda", "state"), "offline");
  fs::remove(root + "/sys/block/sda/device/rescan");
  EXPECT_EQ(kernel.behind(kTarget, 5, "naa.6001020304050608"), Behind::Unproven) << "it cannot be asked";
  EXPECT_EQ(asked("sda", "rescan"), "");
}

TEST_F(KernelTest, aPathThatCannotBeAskedIsNotTakenForTheUnitThatIsWanted) {
  says("sda", 7);
  KernelInitiator kernel(folders);
  ASSERT_TRUE(kernel.attach(login(), 5, "naa.6001020304050607"));
  for (const char* state : {"offline", "blocked", "transport-offline", "running"}) {
    write(root + "/sys/block/sda/device/state", state);
    const auto device = kernel.attach(login(), 5, "naa.6001020304050607");
    ASSERT_EQ(bool(device), state == std::string("running")) << state;
    if (!device) {
      EXPECT_THAT(device.error().text, HasSubstr("nobody can ask it")) << state;
    }
  }
}

TEST_F(KernelTest, aDiskKeepsItsDeviceWhileItCannotBeAskedAndGetsNoOther) {
  says("sda", 7);
  KernelInitiator kernel(folders);
  const auto device = kernel.attach(login(), 5, "naa.6001020304050607");
  ASSERT_TRUE(device);
  write(root + "/sys/block/sda/device/state", "blocked");
  EXPECT_TRUE(kernel.attach(login(), 5, "naa.6001020304050607", *device));
  EXPECT_FALSE(kernel.attach(login(), 5, "naa.6001020304050607", root + "/dev/sdq"));
  write(root + "/sys/block/sda/device/state", "running");
  EXPECT_FALSE(kernel.attach(login(), 5, "naa.6001020304050608", *device)) << "it is another one";
}

TEST_F(KernelTest, aUnitThatDoesNotSayWhatItIsIsTaken) {
  KernelInitiator kernel(folders);
  EXPECT_TRUE(kernel.attach(login(), 5, "serial.4711"));
}

TEST_F(KernelTest, itGoesWithItsMapItsPathsItsSessionsAndItsRecords) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  ASSERT_TRUE(KernelInitiator(folders).detach(kTarget, 5));
  EXPECT_THAT(said("multipath -f"), ElementsAre("multipath -f mpatha"));
  EXPECT_EQ(asked("sda", "delete"), "1");
  EXPECT_EQ(asked("sdb", "delete"), "1");
  EXPECT_EQ(said("--logout").size(), 1U);
  EXPECT_FALSE(fs::exists(root + "/nodes/" + kTarget));
}

TEST_F(KernelTest, aMapThatIsInUseKeepsItsPaths) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  write(root + "/in-use", "");
  const auto done = KernelInitiator(folders).detach(kTarget, 5);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().text, HasSubstr("map in use"));
  EXPECT_EQ(asked("sda", "delete"), "");
  EXPECT_THAT(said("--logout"), IsEmpty());
}

TEST_F(KernelTest, aMapThatHasPathsOfOthersIsLeftToThem) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  fs::create_directories(root + "/sys/block/dm-3/slaves/sdz");
  ASSERT_TRUE(KernelInitiator(folders).detach(kTarget, 5));
  EXPECT_THAT(said("multipath -f"), IsEmpty());
  EXPECT_EQ(asked("sda", "delete"), "1");
}

TEST_F(KernelTest, sessionsStayWhileTheTargetHasAnotherUnit) {
  EXPECT_EQ(attached(login()), "sda");
  fs::create_directories(root + "/sys/class/iscsi_session/session1/device/target1:0:0/1:0:0:6/block/sdc");
  ASSERT_TRUE(KernelInitiator(folders).detach(kTarget, 5));
  EXPECT_EQ(asked("sda", "delete"), "1");
  EXPECT_THAT(said("--logout"), IsEmpty());
  EXPECT_TRUE(fs::exists(root + "/nodes/" + kTarget));
}

TEST_F(KernelTest, whatTheKernelHasForgottenLeavesNoRecord) {
  EXPECT_EQ(attached(login()), "sda");
  fs::remove_all(root + "/sys/class/iscsi_session");
  ASSERT_TRUE(KernelInitiator(folders).detach(kTarget, 5));
  EXPECT_THAT(said("--logout"), IsEmpty());
  EXPECT_FALSE(fs::exists(root + "/nodes/" + kTarget));
  EXPECT_EQ(asked("sda", "delete"), "");  // it may be another disk's name by now
}

TEST_F(KernelTest, anotherSizeIsAskedOfEachPathAndThenOfTheMap) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  ASSERT_TRUE(KernelInitiator(folders).resize(kTarget, 5));
  EXPECT_EQ(asked("sda", "rescan") + asked("sdb", "rescan"), "11");
  EXPECT_THAT(said("resize"), ElementsAre("multipathd resize map mpatha"));
}

// It keeps the old size until the kernel is told again, and the map cannot grow beyond it. The kernel would wait for a
// path that is blocked.
TEST_F(KernelTest, aPathThatIsAwayWhileItsUnitGrowsIsAskedWhenItIsBack) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  for (const char* state : {"transport-offline", "blocked", "offline"}) {
    write(root + "/sys/block/sda/device/state", state);
    fs::remove(root + "/sys/block/sdb/device/rescan");
    const auto done = KernelInitiator(folders).resize(kTarget, 5);
    ASSERT_FALSE(done) << "it is to be told again";
    EXPECT_THAT(done.error().text, HasSubstr(std::string("sda is ") + state));
    EXPECT_EQ(asked("sda", "rescan"), "") << "nobody waits for it";
    EXPECT_EQ(asked("sdb", "rescan"), "1");
    EXPECT_THAT(said("resize"), IsEmpty());
  }
  write(root + "/sys/block/sda/device/state", "running");
  ASSERT_TRUE(KernelInitiator(folders).resize(kTarget, 5));
  EXPECT_EQ(asked("sda", "rescan"), "1");
  EXPECT_EQ(said("resize").size(), 1U);
}

// It is not asked here, and the map is not told to grow beyond it.
TEST_F(KernelTest, aPathOfAnotherSessionThatIsAwayKeepsTheMapFromGrowing) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  fs::create_directories(root + "/sys/block/dm-3/slaves/sdz");
  for (const char* state : {"transport-offline", "blocked", "offline"}) {
    write(root + "/sys/block/sdz/device/state", state);
    const auto done = KernelInitiator(folders).resize(kTarget, 5);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().text, HasSubstr(std::string("sdz is ") + state));
    EXPECT_EQ(asked("sda", "rescan") + asked("sdb", "rescan"), "11");
    EXPECT_EQ(asked("sdz", "rescan"), "") << "it is its session's";
    EXPECT_THAT(said("resize"), IsEmpty());
  }
  write(root + "/sys/block/sdz/device/state", "running");
  ASSERT_TRUE(KernelInitiator(folders).resize(kTarget, 5));
  EXPECT_EQ(said("resize").size(), 1U);
}

TEST_F(KernelTest, aMapThatDoesNotTakeTheSizeOfItsPathsIsToldAgain) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  write(root + "/sys/block/dm-3/size", "1000");
  write(root + "/sys/block/sda/size", "1000");
  write(root + "/sys/block/sdb/size", "2000");
  const auto done = KernelInitiator(folders).resize(kTarget, 5);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().text, HasSubstr("the map mpatha has not the size of its path sdb"));
  write(root + "/sys/block/dm-3/size", "2000");
  write(root + "/sys/block/sda/size", "2000");
  EXPECT_TRUE(KernelInitiator(folders).resize(kTarget, 5));
}

TEST_F(KernelTest, aSizeThatOnePathRefusesIsToldToTheOthers) {
  multipathd();
  maps();
  EXPECT_EQ(attached(login()), "dm-3");
  fs::create_directories(root + "/sys/block/sda/device/rescan");  // cannot be written
  EXPECT_FALSE(KernelInitiator(folders).resize(kTarget, 5));
  EXPECT_EQ(asked("sdb", "rescan"), "1");
}

TEST_F(KernelTest, aSecretGoesIntoTheRecordAndIntoNoArgument) {
  KernelLogin wanted = login();
  wanted.user = "host1";
  wanted.secret = *base::Secret::from(std::string_view("a secret of 16 b"));
  EXPECT_EQ(attached(wanted), "sda");
  EXPECT_THAT(said("a secret"), IsEmpty());
  const std::string record = root + "/nodes/" + kTarget + "/10.0.0.1,3260,1/sanctum";
  EXPECT_EQ(fs::status(record).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  std::ifstream file(record);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(text, HasSubstr("node.session.auth.password = a secret of 16 b\n"));
  EXPECT_THAT(text, HasSubstr("node.startup = manual\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("automatic")));
}

TEST(KernelRecord, hasWhatALoginNeedsAndKeepsTheRest) {
  KernelLogin login;
  login.user = "host1";
  login.secret = *base::Secret::from(std::string_view("a secret of it"));
  const std::string record =
      "# BEGIN RECORD 2.1.8\nnode.name = iqn.x\nnode.startup = automatic\nnode.session.auth.authmethod = None\n"
      "node.session.auth.password = old\nnode.session.timeo.replacement_timeout = 120\nnode.conn[0].port = 3260\n"
      "# END RECORD\n";
  EXPECT_EQ(recordWith(record, login),
            "# BEGIN RECORD 2.1.8\nnode.name = iqn.x\nnode.conn[0].port = 3260\nnode.startup = manual\n"
            "node.session.timeo.replacement_timeout = 60\nnode.session.initial_login_retry_max = 1\n"
            "node.conn[0].timeo.login_timeout = 5\nnode.session.auth.authmethod = CHAP\n"
            "node.session.auth.chap_algs = SHA3-256,SHA256,SHA1,MD5\nnode.session.auth.username = host1\n"
            "node.session.auth.password = a secret of it\n# END RECORD\n");
}

TEST(KernelDevice, isFoundByTargetInterfaceAndLun) {
  support::ScratchFolder folder;
  KernelFolders folders;
  folders.sys = folder.file("sys");
  const std::string mine = folders.sys + "/class/iscsi_session/session7";
  write(folders.sys + "/class/iscsi_session/session3/targetname", "iqn.x");
  write(folders.sys + "/class/iscsi_session/session3/ifacename", "default");
  write(folders.sys + "/class/iscsi_session/session3/device/target3:0:0/3:0:0:1/block/sdz/size", "1");
  write(mine + "/targetname", "iqn.x");
  write(mine + "/ifacename", "sanctum");
  write(mine + "/device/target4:0:0/4:0:0:1/block/sdb/size", "1");
  write(mine + "/device/target4:0:0/4:0:0:11/block/sdc/size", "1");
  const KernelInitiator kernel(folders);
  EXPECT_EQ(kernel.deviceOf("iqn.x", 1), "/dev/sdb");
  EXPECT_EQ(kernel.deviceOf("iqn.x", 11), "/dev/sdc");
  EXPECT_EQ(kernel.deviceOf("iqn.x", 2), "");
  EXPECT_EQ(kernel.deviceOf("iqn.y", 1), "");
}

// ---- the helper's view

class KernelDisk : public KernelTest {
 protected:
  HostDevices::Wanted wanted() const {
    HostDevices::Wanted one;
    one.id = "0123456789abcdef";
    one.target = kTarget;
    one.lun = 5;
    one.unit = "naa.6001";
    one.login = login();
    return one;
  }
  HostDevices devices() {
    DeviceSettings one;
    one.folder = root + "/attach";
    one.names = root + "/names";
    one.means = Means::Kernel;
    one.kernel = folders;
    return HostDevices(std::move(one));
  }
  std::string named() const { return fs::read_symlink(root + "/names/" + kTarget + "/lun-5").filename(); }
};

TEST_F(KernelDisk, theStableNameLeadsToTheMap) {
  multipathd();
  maps();
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  const auto device = helper.makeDevice(wanted());
  ASSERT_TRUE(device) << device.error().text;
  EXPECT_EQ(named(), "dm-3");
}

TEST_F(KernelDisk, aMapThatComesLaterIsFollowed) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  EXPECT_EQ(named(), "sda");
  maps();
  fs::create_directories(root + "/sys/block/sda/holders/dm-3");
  fs::create_directories(root + "/sys/block/dm-3/slaves/sda");
  EXPECT_EQ(fs::path(helper.list()->front().device).filename(), "dm-3");
  ASSERT_TRUE(helper.makeDevice(wanted()));
  EXPECT_EQ(named(), "dm-3");
}

TEST_F(KernelDisk, aDrainIsSeenByEachPathAndThenItGoes) {
  multipathd();
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  ASSERT_TRUE(helper.protect(wanted().id, true));
  EXPECT_EQ(asked("sda", "rescan") + asked("sdb", "rescan"), "11");
  // The target lets nobody in any more, and the kernel has given its devices up.
  fs::remove_all(root + "/sys/class/iscsi_session");
  const auto removed = helper.removeDevice(wanted().id);
  ASSERT_TRUE(removed) << removed.error().text;
  EXPECT_EQ(removed->user, "");
  EXPECT_FALSE(fs::exists(fs::symlink_status(root + "/names/" + kTarget + "/lun-5")));
  ASSERT_TRUE(helper.clear(wanted().id));
  EXPECT_TRUE(helper.list()->empty());
}

TEST_F(KernelDisk, aRightThatChangesWhileAPathIsAwayKeepsNobodyWaiting) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  fs::remove(root + "/sys/block/sda/device/rescan");
  write(root + "/sys/block/sda/device/state", "blocked");
  const auto done = helper.protect(wanted().id, true);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().text, HasSubstr("sda is blocked"));
  EXPECT_EQ(asked("sda", "rescan"), "");
}

TEST_F(KernelDisk, aSessionThatShowedNoDeviceInTimeEndsWithTheDisk) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  says("sda", 7);
  HostDevices::Wanted other = wanted();
  other.unit = "naa.6001020304050608";
  ASSERT_FALSE(helper.makeDevice(other));
  EXPECT_THAT(said("--logout"), IsEmpty());
  fs::remove_all(root + "/sys/class/iscsi_session/session1/device/target1:0:0");
  ASSERT_TRUE(helper.clear(wanted().id));
  EXPECT_EQ(said("--logout").size(), 1U);
  EXPECT_TRUE(helper.list()->empty());
}

TEST_F(KernelDisk, anInitiatorWithoutANormalNameReachesNoProgram) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  HostDevices::Wanted wrong = wanted();
  wrong.login.initiator = kHost + "\nother = 1";
  EXPECT_FALSE(helper.makeDevice(wrong));
  EXPECT_THAT(said("iscsiadm"), IsEmpty());
}

TEST_F(KernelDisk, aNameThatIsAnotherDisksByNowIsNotTouched) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  fs::remove_all(root + "/sys/class/iscsi_session");  // /dev/sda is there, of somebody else
  ASSERT_TRUE(helper.removeDevice(wanted().id));
  EXPECT_EQ(asked("sda", "delete"), "");
}

// Whoever brought it back could not ask first which unit it reaches, and what it wrote meanwhile has failed.
TEST_F(KernelDisk, aDeviceThatWentOfflineIsToldToBeLostAndMadeAnew) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  EXPECT_EQ(helper.makeDevice(wanted())->lost, "");
  write(root + "/sys/block/sda/device/state", "transport-offline");
  EXPECT_EQ(helper.makeDevice(wanted())->lost, "") << "its session is away, and may come back";
  write(root + "/sys/block/sda/device/state", "offline");
  const auto again = helper.makeDevice(wanted());
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_THAT(again->lost, HasSubstr("offline"));
  EXPECT_EQ(asked("sda", "state"), "offline");
  // The kernel forgets it, and finds the unit anew.
  fs::remove_all(root + "/sys/class/iscsi_session");
  fs::remove_all(root + "/sys/block/sda");
  ASSERT_TRUE(helper.removeDevice(wanted().id));
  EXPECT_EQ(helper.makeDevice(wanted())->lost, "");
  says("sda", 7);
  EXPECT_THAT(helper.makeDevice(wanted())->lost, HasSubstr("another unit"));
}

TEST_F(KernelDisk, aDeviceGoesOnWhileOneOfItsPathsDoes) {
  multipathd();
  maps();
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  write(root + "/sys/block/sda/device/state", "offline");
  EXPECT_EQ(helper.makeDevice(wanted())->lost, "");
  write(root + "/sys/block/sdb/device/state", "offline");
  EXPECT_NE(helper.makeDevice(wanted())->lost, "");
}

// A LUN has one device of the kernel, which is mounted yet: the next unit behind it waits, and does not touch it.
TEST_F(KernelDisk, anotherUnitBehindALunWaitsUntilTheDiskThatHasItIsLetGo) {
  HostDevices helper = devices();
  ASSERT_TRUE(helper.open());
  ASSERT_TRUE(helper.start(wanted().id, kHost));
  ASSERT_TRUE(helper.makeDevice(wanted()));
  HostDevices::Wanted next = wanted();
  next.id = "fedcba9876543210";
  next.unit = "naa.6002";
  ASSERT_TRUE(helper.start(next.id, kHost));
  const auto refused = helper.makeDevice(next);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("sda of another disk"));
  EXPECT_EQ(fs::read_symlink(root + "/names/" + kTarget + "/lun-5").filename(), "sda");
  // It is taken back, and the first one has its device yet.
  ASSERT_TRUE(helper.removeDevice(next.id));
  ASSERT_TRUE(helper.clear(next.id));
  EXPECT_EQ(asked("sda", "delete"), "");
  EXPECT_THAT(said("--logout"), IsEmpty());
  EXPECT_EQ(named(), "sda");
  ASSERT_TRUE(helper.makeDevice(wanted())) << "once more";
  // Let go: the session has ended with it, and the next one has its turn.
  fs::remove_all(root + "/sys/class/iscsi_session");
  ASSERT_TRUE(helper.removeDevice(wanted().id));
  ASSERT_TRUE(helper.start(next.id, kHost));
  EXPECT_TRUE(helper.makeDevice(next));
  EXPECT_EQ(named(), "sda");
}

}  // namespace
}  // namespace attach
