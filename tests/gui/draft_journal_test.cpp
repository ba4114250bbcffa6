// The draft on disk: it comes back after the process has gone, what is damaged is put aside, and a disk that takes
// nothing stops nobody.
#include "console-gui/model/draft_journal.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <csignal>
#include <random>

#include "console-gui/client/problem_reader.h"
#include "console-gui/model/change_list.h"
#include "console-gui/model/workspace.h"
#include "tests/gui/pump.h"
#include "tests/gui/slow_source.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

namespace {

class KeptSource : public TestSource {
 public:
  KeptSource(const Snapshot& first, QString key) : TestSource(first), key_(std::move(key)) {}
  [[nodiscard]] QString draftKey() const override { return key_; }

 private:
  QString key_;
};

SanBuilder smallSan() {
  SanBuilder san;
  (void)san.host("web1", "iqn.2026-01.example:web1");
  (void)san.zone("zone1", {san.target("iqn.2026-01.example:disk1")});
  return san;
}

ObjectRef zoneOf(const Snapshot& base) { return {Kind::Domain, base.find(Kind::Domain, "zone1").value_or(0)}; }

// A console without windows, on a SAN that stays the same from one to the next.
struct Console {
  explicit Console(const QString& folder, const Snapshot& san, const QString& key = QStringLiteral("san.example:3285"),
                   const std::vector<Snapshot>& history = {})
      : workspace(nullptr, folder) {
    auto made = std::make_unique<KeptSource>(san, key);
    for (const Snapshot& one : history) made->keep(one);
    workspace.setSource(std::move(made));
    const auto ready = [&] { return workspace.present() && (key.isEmpty() || workspace.journal().isKeeping()); };
    settled = pumpUntil(ready);
  }
  Draft& draft() { return workspace.draft(); }
  bool rename(const QString& name) {
    const ObjectRef zone = zoneOf(draft().base());
    return workspace.edit(QStringLiteral("Rename to ") + name, {{EditOp::Set, zone, "name", name.toStdString()}});
  }
  void flush() {
    workspace.journal().flush();
    pump();
  }
  std::vector<std::string> notices() {
    std::vector<std::string> all;
    for (const Notice& notice : workspace.notices().all())
      all.push_back((notice.title + QLatin1Char('|') + notice.detail).toStdString());
    return all;
  }

  Workspace workspace;
  bool settled = false;
};

struct DraftJournalTest : testing::Test {
  QTemporaryDir home;
  SanBuilder san = smallSan();
  QString folder = home.path() + QStringLiteral("/state/drafts");
  QString file = draftPath(folder, QStringLiteral("san.example:3285"));

  bool put(const QByteArray& bytes) {
    QDir().mkpath(folder);
    QFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
  }
  QByteArray bytesOf(const QString& path) {
    QFile in(path);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
  }
};

TEST_F(DraftJournalTest, aDraftComesBackInTheNextConsole) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.settled);
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
    const ObjectRef fresh = console.draft().newObject(Kind::Site);
    ASSERT_TRUE(
        console.workspace.edit(QStringLiteral("New site"),
                               {{EditOp::Create, fresh, "", {}}, {EditOp::Set, fresh, "name", std::string("Bern")}}));
  }
  struct stat status {};
  ASSERT_EQ(::stat(QFile::encodeName(file).constData(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(QFile::encodeName(folder).constData(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);

  Console next(folder, san.done());
  ASSERT_TRUE(next.settled);
  ASSERT_EQ(next.draft().edits().size(), 3U);
  EXPECT_TRUE(next.draft().result().find(Kind::Domain, "zone2"));
  EXPECT_TRUE(next.draft().result().find(Kind::Site, "Bern"));
  EXPECT_THAT(next.draft().undo().undoText().toStdString(), testing::MatchesRegex("Draft of .*, restored"));
  EXPECT_THAT(next.notices(), Contains(HasSubstr("is restored|It has 3 edits")));
}

TEST_F(DraftJournalTest, theFileNamesTheLastDeed) {
  Console console(folder, san.done());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  ASSERT_TRUE(console.rename(QStringLiteral("zone3")));
  console.flush();
  const auto kept = readDraft(file);
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ((*kept)->deed, QStringLiteral("Rename to zone3"));
  EXPECT_EQ((*kept)->revision, san.done().revision);
}

TEST_F(DraftJournalTest, aServerThatCannotSayJustNowWhatTheBaseWasIsAskedAgain) {
  const Snapshot base = san.done();
  {
    Console console(folder, base);
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  san.set(zoneOf(base), "name", std::string("renamed"));
  Workspace workspace(nullptr, folder);
  auto own = std::make_unique<KeptSource>(san.done(), QStringLiteral("san.example:3285"));
  own->keep(base);
  own->troubles_ = {Problem{503, "busy", "Too much waits already", "", "", {}},
                    Problem{0, "unreached", "", "", "", {}}};
  workspace.setSource(std::move(own));
  ASSERT_TRUE(pumpUntil([&] { return !workspace.notices().all().empty(); }));
  EXPECT_THAT(workspace.notices().all().back().title.toStdString(), HasSubstr("is not restored yet"));
  EXPECT_TRUE(workspace.draft().isEmpty()) << "on the present SAN it would overwrite the other name unseen";
  EXPECT_TRUE(QFile::exists(file));
  ASSERT_TRUE(pumpUntil([&] { return workspace.journal().isKeeping(); }));
  EXPECT_EQ(workspace.draft().base().revision, base.revision);
  EXPECT_FALSE(workspace.draft().stale().empty());
  ASSERT_EQ(workspace.notices().all().size(), 1U);
  EXPECT_THAT(workspace.notices().all().back().title.toStdString(), HasSubstr("is restored"));
}

TEST_F(DraftJournalTest, discardingFromTheNoticeTakesTheFileAway) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  Console next(folder, san.done());
  ASSERT_EQ(next.workspace.notices().all().size(), 1U);
  const auto act = next.workspace.notices().all().front().act;
  act();
  next.flush();
  EXPECT_TRUE(next.draft().isEmpty());
  EXPECT_FALSE(QFile::exists(file));
  EXPECT_TRUE(next.workspace.notices().all().empty());
}

TEST_F(DraftJournalTest, undoneToNothingThereIsNoFileAndRedoneThereIsOne) {
  Console console(folder, san.done());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  console.draft().undo().undo();
  console.flush();
  EXPECT_FALSE(QFile::exists(file));
  console.draft().undo().redo();
  console.flush();
  EXPECT_TRUE(QFile::exists(file));
}

TEST_F(DraftJournalTest, anotherSourceLeavesTheFileOfTheFirst) {
  Console console(folder, san.done());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  console.workspace.setSource(std::make_unique<KeptSource>(san.done(), QStringLiteral("other.example:3285")));
  ASSERT_TRUE(pumpUntil([&] { return console.workspace.present() && console.workspace.journal().isKeeping(); }));
  EXPECT_TRUE(console.draft().isEmpty());
  EXPECT_TRUE(QFile::exists(file));
  console.workspace.setSource(std::make_unique<KeptSource>(san.done(), QStringLiteral("san.example:3285")));
  ASSERT_TRUE(pumpUntil([&] { return !console.draft().isEmpty(); }));
}

TEST_F(DraftJournalTest, aSourceWithoutAKeyKeepsNothing) {
  Console console(folder, san.done(), QString());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  console.flush();
  EXPECT_FALSE(QDir(folder).exists());
}

TEST_F(DraftJournalTest, itIsReadAgainstTheBaseAndSaysWhatOthersHaveChangedSince) {
  const Snapshot base = san.done();
  {
    Console console(folder, base);
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  const ObjectRef zone = zoneOf(base);
  san.set(zone, "name", std::string("theirs"));
  Console next(folder, san.done(), QStringLiteral("san.example:3285"), {base});
  ASSERT_TRUE(next.settled);
  EXPECT_EQ(next.draft().base().revision, base.revision);
  EXPECT_THAT(next.draft().stale(), Contains(zone));
}

TEST_F(DraftJournalTest, onAnUnknownBaseItStandsOnThePresentAndSaysSo) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  (void)san.create(Kind::Site, {{"name", std::string("Bern")}});
  Console next(folder, san.done());
  ASSERT_TRUE(next.settled);
  EXPECT_EQ(next.draft().base().revision, san.done().revision);
  EXPECT_TRUE(next.draft().result().find(Kind::Domain, "zone2"));
  EXPECT_THAT(next.notices(), Contains(HasSubstr("is not known any more")));
}

TEST_F(DraftJournalTest, whatDoesNotFitThePresentIsPutAside) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  const QByteArray was = bytesOf(file);
  san.set(zoneOf(san.done()), "name", std::string("theirs"));
  Console next(folder, san.done());
  ASSERT_TRUE(next.settled);
  EXPECT_TRUE(next.draft().isEmpty());
  EXPECT_FALSE(QFile::exists(file));
  EXPECT_EQ(bytesOf(file + QStringLiteral(".damaged")), was);
  EXPECT_THAT(next.notices(), Contains(HasSubstr(".damaged")));
}

TEST_F(DraftJournalTest, aTornFileIsPutAsideAtEveryLengthAndTheDraftGoesOn) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  const QByteArray whole = bytesOf(file);
  ASSERT_GT(whole.size(), 50);
  for (const qsizetype length : {qsizetype{0}, qsizetype{1}, whole.size() / 2, whole.size() - 1}) {
    ASSERT_TRUE(put(whole.left(length)));
    Console next(folder, san.done());
    ASSERT_TRUE(next.settled) << length;
    EXPECT_TRUE(next.draft().isEmpty()) << length;
    EXPECT_THAT(next.notices(), Contains(HasSubstr("It is not whole."))) << length;
    ASSERT_TRUE(next.rename(QStringLiteral("zone9")));
    next.flush();
    EXPECT_TRUE(QFile::exists(file));
  }
  EXPECT_EQ(QDir(folder).entryList({QStringLiteral("*.damaged")}).size(), 4) << "none takes the place of another";
}

TEST_F(DraftJournalTest, aFileOfAnotherVersionIsPutAside) {
  ASSERT_TRUE(put(R"({"format": 2, "drafts": []})"));
  Console console(folder, san.done());
  EXPECT_TRUE(console.settled);
  EXPECT_THAT(console.notices(), Contains(HasSubstr("Another version of the console")));
  EXPECT_TRUE(QFile::exists(file + QStringLiteral(".damaged")));
}

TEST_F(DraftJournalTest, whoBeganBeforeItWasReadKeepsWhatHeBegan) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  const QByteArray was = bytesOf(file);
  Workspace workspace(nullptr, folder);
  workspace.setSource(std::make_unique<KeptSource>(san.done(), QStringLiteral("san.example:3285")));
  workspace.draft().setPresent(viewOf(san.done(), 1000));
  ASSERT_EQ(
      workspace.draft().push(QStringLiteral("Mine"),
                             {{EditOp::Create, workspace.draft().newObject(Kind::Site), "", {}},
                              {EditOp::Set, workspace.draft().newObject(Kind::Site), "name", std::string("Bern")}}),
      QString());
  ASSERT_TRUE(pumpUntil([&] { return workspace.journal().isKeeping(); }));
  workspace.journal().flush();
  EXPECT_EQ(workspace.draft().edits().size(), 2U);
  EXPECT_EQ(bytesOf(file + QStringLiteral(".earlier")), was);
  EXPECT_THAT(bytesOf(file).toStdString(), HasSubstr("Bern"));
}

TEST_F(DraftJournalTest, aFileInPlaceOfTheFolderIsToldOnceAndTheDraftGoesOn) {
  ASSERT_TRUE(QDir().mkpath(home.path() + QStringLiteral("/state")));
  QFile inTheWay(folder);
  ASSERT_TRUE(inTheWay.open(QIODevice::WriteOnly));
  Console console(folder, san.done());
  ASSERT_TRUE(console.settled);
  EXPECT_TRUE(console.workspace.notices().all().empty()) << "there is nothing to keep yet";
  for (const auto* name : {"zone2", "zone3", "zone4"}) {
    ASSERT_TRUE(console.rename(QString::fromLatin1(name)));
    console.flush();
  }
  EXPECT_EQ(console.draft().edits().size(), 3U);
  EXPECT_THAT(console.notices(), testing::ElementsAre(HasSubstr("The draft is not kept on disk")));
}

TEST_F(DraftJournalTest, aFullDiskLeavesTheStepBeforeAndIsForgottenWhenThereIsRoom) {
  Console console(folder, san.done());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  console.flush();
  const QByteArray before = bytesOf(file);
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit usual {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  const struct rlimit small { 64, usual.rlim_max };
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const bool renamed = console.rename(QStringLiteral("zone3"));
  console.workspace.journal().flush();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  pump();
  EXPECT_TRUE(renamed);
  EXPECT_EQ(bytesOf(file), before);
  EXPECT_FALSE(QFile::exists(file + QStringLiteral(".new")));
  EXPECT_THAT(console.notices(), Contains(HasSubstr("not kept on disk")));
  ASSERT_TRUE(console.rename(QStringLiteral("zone4")));
  console.flush();
  EXPECT_THAT(bytesOf(file).toStdString(), HasSubstr("zone4"));
  EXPECT_THAT(console.notices(), Not(Contains(HasSubstr("not kept on disk"))));
}

TEST_F(DraftJournalTest, aSecondConsoleOnTheSameSourceKeepsNothingAndSaysSo) {
  Console first(folder, san.done());
  ASSERT_TRUE(first.rename(QStringLiteral("zone2")));
  first.flush();
  const QByteArray was = bytesOf(file);
  Workspace second(nullptr, folder);
  second.setSource(std::make_unique<KeptSource>(san.done(), QStringLiteral("san.example:3285")));
  ASSERT_TRUE(pumpUntil([&] { return second.present() != nullptr; }));
  second.journal().flush();
  pump();
  ASSERT_TRUE(second.draft().isEmpty());
  ASSERT_TRUE(second.edit(QStringLiteral("New"),
                          {{EditOp::Create, second.draft().newObject(Kind::Site), "", {}},
                           {EditOp::Set, second.draft().newObject(Kind::Site), "name", std::string("Bern")}}));
  second.journal().flush();
  ASSERT_EQ(second.notices().all().size(), 1U);
  EXPECT_THAT(second.notices().all().front().detail.toStdString(), HasSubstr("Another console is open"));
  EXPECT_EQ(bytesOf(file), was);
}

// --- what is in no file when the source goes ---

struct DraftsThatWouldBeLost : DraftJournalTest {
  QString aside = file + QStringLiteral(".earlier");
  static bool addSite(Workspace& workspace) {
    const ObjectRef fresh = workspace.draft().newObject(Kind::Site);
    return workspace.draft()
        .push(QStringLiteral("New"),
              {{EditOp::Create, fresh, "", {}}, {EditOp::Set, fresh, "name", std::string("Bern")}})
        .isEmpty();
  }
  static std::string told(Workspace& workspace) {
    std::string all;
    for (const Notice& one : workspace.notices().all())
      all += (one.title + QLatin1Char('|') + one.detail).toStdString();
    return all;
  }
  std::unique_ptr<KeptSource> source() {
    return std::make_unique<KeptSource>(san.done(), QStringLiteral("san.example:3285"));
  }
  // While another console has the file: it has a draft of its own.
  void beginWithADraft(Workspace& second) {
    second.setSource(source());
    ASSERT_TRUE(pumpUntil([&] { return second.present() != nullptr; }));
    second.journal().flush();
    pump();
    ASSERT_TRUE(addSite(second));
  }
  // As when its window is closed.
  void endASecondConsole() {
    Console first(folder, san.done());
    Workspace second(nullptr, folder);
    ASSERT_NO_FATAL_FAILURE(beginWithADraft(second));
  }
};

TEST_F(DraftsThatWouldBeLost, thatOfASecondConsoleIsPutAsideWhenItsSourceGoes) {
  Console first(folder, san.done());
  ASSERT_TRUE(first.rename(QStringLiteral("zone2")));
  first.flush();
  const QByteArray was = bytesOf(file);
  Workspace second(nullptr, folder);
  ASSERT_NO_FATAL_FAILURE(beginWithADraft(second));
  second.setSource(nullptr);  // as to log in again
  EXPECT_EQ(bytesOf(file), was);
  EXPECT_THAT(bytesOf(aside).toStdString(), HasSubstr("Bern"));
  EXPECT_THAT(told(second), HasSubstr("Your draft of 2 edits on test is put aside|It is kept as"));
  EXPECT_THAT(told(second), HasSubstr("json.earlier"));
  second.setSource(source());
  ASSERT_TRUE(pumpUntil([&] { return second.present() != nullptr; }));
  second.journal().flush();
  pump();
  ASSERT_TRUE(addSite(second));
  second.setSource(nullptr);
  EXPECT_TRUE(QFile::exists(file + QStringLiteral(".2.earlier"))) << "none takes the place of another";
}

TEST_F(DraftsThatWouldBeLost, whatIsPutAsideComesBackUnderTheNameThatItIsToldToHave) {
  ASSERT_NO_FATAL_FAILURE(endASecondConsole());
  ASSERT_TRUE(QFile::rename(aside, file));
  Console next(folder, san.done());
  EXPECT_TRUE(next.draft().result().find(Kind::Site, "Bern"));
}

// Nobody reads a notice of a console that ends.
TEST_F(DraftsThatWouldBeLost, whatIsPutAsideWhenTheConsoleEndsIsToldOnceByTheNextOne) {
  ASSERT_NO_FATAL_FAILURE(endASecondConsole());
  {
    Console next(folder, san.done());
    EXPECT_THAT(told(next.workspace), HasSubstr("Your draft of 2 edits on test is put aside|It is kept as"));
    EXPECT_THAT(told(next.workspace), HasSubstr("json.earlier"));
  }
  Console last(folder, san.done());
  EXPECT_EQ(told(last.workspace), "");
  EXPECT_TRUE(QFile::exists(aside));
}

TEST_F(DraftsThatWouldBeLost, whatSomebodyHasTakenAwayMeanwhileIsNotTold) {
  ASSERT_NO_FATAL_FAILURE(endASecondConsole());
  ASSERT_TRUE(QFile::remove(aside));
  Console next(folder, san.done());
  EXPECT_EQ(told(next.workspace), "");
  EXPECT_TRUE(QDir(folder).entryList({QStringLiteral("*.untold")}).isEmpty());
}

TEST_F(DraftsThatWouldBeLost, whatWasBegunBeforeTheFileWasLookedAtIsPutAsideAndTheFileStays) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  const QByteArray was = bytesOf(file);
  Workspace workspace(nullptr, folder);
  workspace.setSource(source());
  workspace.draft().setPresent(viewOf(san.done(), 1000));
  ASSERT_TRUE(addSite(workspace));
  workspace.setSource(nullptr);
  EXPECT_EQ(bytesOf(file), was);
  EXPECT_THAT(bytesOf(aside).toStdString(), HasSubstr("Bern"));
}

TEST_F(DraftsThatWouldBeLost, aStepThatADiskDidNotTakeIsWrittenWhenThereIsRoom) {
  Console console(folder, san.done());
  ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  console.flush();
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit usual {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  const auto withoutRoom = [&](const std::function<void()>& deed) {
    const struct rlimit small { 64, usual.rlim_max };
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    deed();
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  };
  withoutRoom([&] {
    EXPECT_TRUE(console.rename(QStringLiteral("zone3")));
    console.workspace.journal().flush();
  });
  EXPECT_THAT(bytesOf(file).toStdString(), Not(HasSubstr("zone3")));
  console.workspace.setSource(nullptr);
  EXPECT_THAT(bytesOf(file).toStdString(), HasSubstr("zone3"));
  EXPECT_THAT(told(console.workspace), Not(HasSubstr("is lost")));

  console.workspace.setSource(source());
  ASSERT_TRUE(pumpUntil([&] { return console.workspace.journal().isKeeping(); }));
  withoutRoom([&] {
    EXPECT_TRUE(console.rename(QStringLiteral("zone4")));
    console.workspace.setSource(nullptr);
  });
  EXPECT_THAT(told(console.workspace), HasSubstr("Your draft of 3 edits on test is lost"))
      << "where it cannot be helped, it is said";
}

TEST_F(DraftsThatWouldBeLost, whatIsOnTheDiskIsNotWrittenASecondTime) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  EXPECT_EQ(QDir(folder).entryList({QStringLiteral("*.json*")}, QDir::Files).size(), 1);
}

// The answer to its submission clears it, and nothing else does.
TEST_F(DraftJournalTest, whatIsBeingSubmittedIsNotDiscardedFromTheNotice) {
  {
    Console console(folder, san.done());
    ASSERT_TRUE(console.rename(QStringLiteral("zone2")));
  }
  Console next(folder, san.done());
  ASSERT_EQ(next.workspace.notices().all().size(), 1U);
  const auto act = next.workspace.notices().all().front().act;
  auto hold = next.draft().hold();
  act();
  EXPECT_FALSE(next.draft().isEmpty());
  EXPECT_THAT(next.notices(), Contains(HasSubstr("The draft is not discarded|The draft is being submitted")));
  hold.reset();
  act();
  EXPECT_TRUE(next.draft().isEmpty());
}

// --- what may have been submitted ---

class SlowKeptSource : public SlowSource {
 public:
  using SlowSource::SlowSource;
  [[nodiscard]] QString draftKey() const override { return QStringLiteral("san.example:3285"); }
};

base::Json changeSeven(std::uint64_t createdAt, const char* state) {
  return base::Json::Object{
      {"id", std::uint64_t{7}}, {"version", std::uint64_t{2}}, {"created_at", createdAt}, {"state", state}};
}

struct DraftsThatMayBeSubmitted : DraftJournalTest {
  std::unique_ptr<Workspace> workspace;
  SlowKeptSource* source = nullptr;

  void start() {
    workspace = nullptr;  // which holds the file
    workspace = std::make_unique<Workspace>(nullptr, folder);
    auto own = std::make_unique<SlowKeptSource>(san.done());
    source = own.get();
    workspace->setSource(std::move(own));
    ASSERT_TRUE(pumpUntil([&] { return workspace->present() && workspace->journal().isKeeping(); }));
  }
  bool rename(const char* name) {
    return workspace->edit(QStringLiteral("Rename"),
                           {{EditOp::Set, zoneOf(workspace->draft().base()), "name", std::string(name)}});
  }
  void submit() { workspace->changes().submitDraft(QStringLiteral("A title"), QStringLiteral("because"), {}); }
  // The console is closed before the answer to the submission has come.
  void SetUp() override {
    start();
    ASSERT_TRUE(rename("zone2"));
    submit();
    ASSERT_TRUE(source->answer(mgmt::Route::CreateChange, changeSeven(1000, "open")));
  }
  std::string told() { return workspace->notices().all().back().detail.toStdString(); }
};

TEST_F(DraftsThatMayBeSubmitted, theNextConsoleSubmitsItNoSecondTime) {
  start();
  EXPECT_THAT(told(), HasSubstr("It is not known whether it was submitted, as change set 7."));
  submit();
  EXPECT_FALSE(source->answer(mgmt::Route::CreateChange, changeSeven(1000, "open"))) << "it would be done twice";
  ASSERT_TRUE(source->answer(mgmt::Route::GetChange, changeSeven(1000, "submitted")));
  EXPECT_FALSE(source->answer(mgmt::Route::SubmitChange, changeSeven(1000, "submitted")));
  EXPECT_TRUE(workspace->draft().isEmpty());
  workspace->journal().flush();
  EXPECT_FALSE(QFile::exists(file));
}

TEST_F(DraftsThatMayBeSubmitted, theNextConsoleGoesOnWithWhatHadNotArrived) {
  start();
  submit();
  ASSERT_TRUE(source->answer(mgmt::Route::GetChange, changeSeven(1000, "open")));
  ASSERT_TRUE(source->answer(mgmt::Route::SubmitChange, changeSeven(1000, "submitted")));
  EXPECT_TRUE(workspace->draft().isEmpty());
}

TEST_F(DraftsThatMayBeSubmitted, whatHasThatNumberOnAnotherServerIsNotTakenForItAndStays) {
  start();
  submit();
  ASSERT_TRUE(source->answer(mgmt::Route::GetChange, changeSeven(2000, "open")));
  EXPECT_FALSE(source->answer(mgmt::Route::DiscardChange, base::Json()));
  EXPECT_FALSE(workspace->draft().isEmpty());
  EXPECT_TRUE(source->answer(mgmt::Route::CreateChange, changeSeven(3000, "open")));
}

TEST_F(DraftsThatMayBeSubmitted, whatWasAddedSinceIsToldAndNothingOfTheEarlierOneIsDiscarded) {
  ASSERT_TRUE(source->answer(mgmt::Route::SubmitChange, base::fail(unreached("It closed the connection."))));
  ASSERT_TRUE(rename("zone3"));
  start();
  EXPECT_THAT(told(), HasSubstr("look at change set 7"));
  submit();
  EXPECT_FALSE(source->answer(mgmt::Route::DiscardChange, base::Json()));
  EXPECT_TRUE(source->answer(mgmt::Route::CreateChange, changeSeven(3000, "open")));
}

// Not a test of its own: what the next one kills. Says each step that is on the disk, for ever.
TEST(DraftJournalChild, DISABLED_pushesStepsUntilItIsKilled) {
  Console console(qEnvironmentVariable("SANCTUM_TEST_DRAFTS"), smallSan().done());
  if (!console.settled) return;
  for (int step = 1; step < 100'000; ++step) {
    if (!console.rename(QStringLiteral("zone%1").arg(step + 1))) return;
    console.workspace.journal().flush();
    std::printf("step %d\n", step);
    std::fflush(stdout);
  }
}

TEST_F(DraftJournalTest, aConsoleKilledAtAnyMomentLeavesOneOfItsLastTwoSteps) {
  std::mt19937 random(20261127);  // NOLINT: the same moments each time
  for (int run = 0; run < 20; ++run) {
    QTemporaryDir place;
    const QString drafts = place.path() + QStringLiteral("/drafts");
    QProcess child;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SANCTUM_TEST_DRAFTS"), drafts);
    child.setProcessEnvironment(environment);
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--gtest_filter=DraftJournalChild.*"),
                                                          QStringLiteral("--gtest_also_run_disabled_tests")});
    ASSERT_TRUE(child.waitForStarted());
    QByteArray said;
    while (!said.contains("step 1\n") && child.waitForReadyRead(30'000)) said += child.readAllStandardOutput();
    ASSERT_THAT(said.toStdString(), HasSubstr("step 1\n"));
    QElapsedTimer until;
    until.start();
    const qint64 nanoseconds = std::uniform_int_distribution<qint64>(0, 40'000'000)(random);
    while (until.nsecsElapsed() < nanoseconds) {
      if (child.waitForReadyRead(1)) said += child.readAllStandardOutput();
    }
    child.kill();
    ASSERT_TRUE(child.waitForFinished());
    said += child.readAllStandardOutput();
    const qsizetype at = said.lastIndexOf("step ", said.lastIndexOf('\n'));
    const auto last = static_cast<std::size_t>(said.mid(at + 5, said.indexOf('\n', at) - at - 5).toInt());
    const auto kept = readDraft(draftPath(drafts, QStringLiteral("san.example:3285")));
    ASSERT_TRUE(kept && *kept) << "run " << run;
    EXPECT_THAT((*kept)->edits.array()->size(), testing::AnyOf(last, last + 1)) << "run " << run;
    Console next(drafts, san.done());
    ASSERT_TRUE(next.settled) << "the lock of who was killed holds nobody up";
    EXPECT_EQ(next.draft().edits().size(), (*kept)->edits.array()->size());
  }
}

}  // namespace
