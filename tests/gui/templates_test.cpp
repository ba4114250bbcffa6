// Templates of zoning: what each promises holds, as shared/san computes reach before and after, on SANs of several
// seeds; doing it twice changes nothing more; and the window by keyboard.
#include <gmock/gmock.h>

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTest>
#include <QTextBrowser>

#include "console-gui/model/zone_templates.h"
#include "console-gui/pages/template_window.h"
#include "shared/san/reach.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/apply_edits.h"
#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

namespace console {
namespace {

using namespace test;
using testing::HasSubstr;

// Units that an initiator gets as far as zones, admission and maps decide: the ways between are the network's.
using Reached = std::set<std::pair<Id, Id>>;  // target and unit
Reached reachedBy(const SanIndex& index, Id initiator) {
  Reached reached;
  const auto host = index.hostNumber(index.hostOf(initiator));
  if (!host) return reached;
  for (const Id unit : index.units()) {
    for (const Path& path : pathsBetween(index, Basis::Desired, *host, unit)) {
      const bool gets = path.layer(Layer::Visible) == Truth::Yes && path.layer(Layer::Admitted) == Truth::Yes &&
                        path.layer(Layer::Mapped) == Truth::Yes;
      if (path.initiator == initiator && gets) reached.insert({path.target, path.unit});
    }
  }
  return reached;
}
bool sees(const SanIndex& index, Id initiator, Id other) {
  return std::ranges::any_of(index.domainsOf(initiator),
                             [&](Id id) { return index.isActive(id) && index.domain(id)->nodes.contains(other); });
}

struct TemplateTest : testing::TestWithParam<std::uint64_t> {
  SyntheticSan san = syntheticSan(plan());
  std::optional<SanIndex> before{std::in_place, san.snapshot};
  std::optional<SanIndex> after;

  static SyntheticPlan plan() {
    SyntheticPlan plan;
    plan.seed = GetParam();
    plan.hosts = 40;
    plan.targets = 8;
    plan.units = 80;
    plan.initiatorsPerHost = 1 + GetParam() % 2;
    plan.domainsPerSet = 10;
    plan.credentials = 100;  // a template makes none, which is another test
    return plan;
  }
  TemplateWish wish(std::vector<ObjectRef> from, std::vector<ObjectRef> to) const {
    TemplateWish wish;
    wish.from = std::move(from);
    wish.to = std::move(to);
    before->snapshot().table<DomainSet>().forEach([&](Id id, const DomainSet& set) {
      if (set.enabled && !wish.set) wish.set = {Kind::DomainSet, id};
    });
    return wish;
  }
  // On another SAN than the synthetic one.
  void use(const Snapshot& other) { before.emplace(other); }
  // Does it, and sees that doing it again says why there is nothing to do.
  TemplateDone apply(ZoneTemplate which, const TemplateWish& wish) {
    TemplateDone done = makeTemplate(which, *before, wish);
    EXPECT_EQ(done.fault, QString());
    EXPECT_FALSE(done.deed.isEmpty());
    const auto next = applyEdits(before->snapshot(), done.edits);
    EXPECT_TRUE(next.ok()) << (next ? "" : next.error().text);
    after.emplace(next ? *next : before->snapshot());
    const TemplateDone again = makeTemplate(which, *after, wish);
    EXPECT_TRUE(again.edits.empty()) << "twice";
    EXPECT_FALSE(again.fault.isEmpty());
    return done;
  }
  // One for all targets.
  static void giveCredential(SanBuilder& to, Id initiator) {
    to.create(Kind::Credential, {{"initiator", ObjectRef{Kind::Node, initiator}}, {"mutual", true}});
  }
  static ObjectRef host(Id id) { return {Kind::Host, id}; }
  std::vector<Id> initiatorsOf(const SanIndex& index, ObjectRef ref) const {
    const auto own = index.initiatorsOf(*index.hostNumber(ref));
    return {own.begin(), own.end()};
  }
  void othersKeepTheirReach(const std::set<ObjectRef>& changed) {
    const ReachMatrix was = reachMatrix(*before, Basis::Desired, Question::Works);
    const ReachMatrix is = reachMatrix(*after, Basis::Desired, Question::Works);
    for (std::size_t i = 0; i < before->hosts().size(); ++i) {
      const ObjectRef ref = before->hosts()[i];
      if (changed.contains(ref)) continue;
      const auto now = after->hostNumber(ref);
      ASSERT_TRUE(now);
      EXPECT_TRUE(std::ranges::equal(was.yes(i), is.yes(*now))) << nameOf(before->snapshot(), ref);
      EXPECT_TRUE(std::ranges::equal(was.unknown(i), is.unknown(*now))) << nameOf(before->snapshot(), ref);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, TemplateTest, testing::Values(1, 2, 3, 4, 5, 6));

TEST_P(TemplateTest, pairsSeeEachOtherAndNobodyElseSeesMore) {
  const std::vector<ObjectRef> hosts{host(san.hosts[3]), host(san.hosts[7]), host(san.hosts[11])};
  const std::vector<ObjectRef> targets{{Kind::Node, san.targets[1]}, {Kind::Node, san.targets[5]}};
  const TemplateDone done = apply(ZoneTemplate::SinglePairs, wish(hosts, targets));
  std::vector<Id> all;
  for (const ObjectRef one : hosts) {
    for (const Id initiator : initiatorsOf(*before, one)) all.push_back(initiator);
  }
  for (const Id one : all) {
    for (const ObjectRef target : targets) EXPECT_TRUE(sees(*after, one, target.id));
    for (const Id other : all)
      EXPECT_EQ(sees(*before, one, other), sees(*after, one, other)) << "initiators are kept apart";
  }
  for (const Edit& edit : done.edits) {
    EXPECT_TRUE(edit.op != EditOp::Create || edit.object.kind == Kind::Domain);
  }
  othersKeepTheirReach({hosts.begin(), hosts.end()});
}

TEST_P(TemplateTest, peersSeeTheTargetAndNotEachOther) {
  std::vector<ObjectRef> hosts;
  for (std::size_t i = 0; i < 10; ++i) hosts.push_back(host(san.hosts[2 * i]));
  const Id target = san.targets[2];
  (void)apply(ZoneTemplate::Peers, wish(hosts, {{Kind::Node, target}}));
  for (const ObjectRef a : hosts) {
    for (const Id one : initiatorsOf(*before, a)) {
      EXPECT_TRUE(sees(*after, one, target));
      for (const ObjectRef b : hosts) {
        if (a == b) continue;
        for (const Id other : initiatorsOf(*before, b)) EXPECT_EQ(sees(*before, one, other), sees(*after, one, other));
      }
    }
  }
  othersKeepTheirReach({hosts.begin(), hosts.end()});
}

TEST_P(TemplateTest, aClusterSeesItsArrayAndAHostThatJoinsItComesIntoTheSameZones) {
  SanBuilder with(san.snapshot);
  const Id cluster = with.create(Kind::Cluster, {{"name", std::string("erp")}});
  for (const std::size_t which : {1U, 2U, 3U})
    with.set(host(san.hosts[which]), "cluster", ObjectRef{Kind::Cluster, cluster});
  use(with.done());
  ASSERT_FALSE(before->initiatorsIn(cluster).empty());
  const TemplateWish what =
      wish({{Kind::Cluster, cluster}}, {{Kind::Node, san.targets[0]}, {Kind::Node, san.targets[6]}});
  (void)apply(ZoneTemplate::ClusterToArray, what);
  for (const Id one : before->initiatorsIn(cluster)) {
    EXPECT_TRUE(sees(*after, one, san.targets[0]));
    EXPECT_TRUE(sees(*after, one, san.targets[6]));
  }
  SanBuilder grown(after->snapshot());
  const Id joined = *std::ranges::find_if(san.hosts, [&](Id id) { return !before->snapshot().get<Host>(id)->cluster; });
  grown.set(host(joined), "cluster", ObjectRef{Kind::Cluster, cluster});
  use(grown.done());
  const TemplateDone again = apply(ZoneTemplate::ClusterToArray, what);
  for (const Edit& edit : again.edits) EXPECT_EQ(edit.op, EditOp::Add);
  for (const Id one : initiatorsOf(*after, host(joined))) EXPECT_TRUE(sees(*after, one, san.targets[6]));
}

TEST_P(TemplateTest, aDecommissionedHostReachesNothingAndTheOthersWhatTheyDid) {
  const std::vector<ObjectRef> hosts{host(san.hosts[5]), host(san.hosts[6])};
  (void)apply(ZoneTemplate::Decommission, wish(hosts, {}));
  const ReachMatrix is = reachMatrix(*after, Basis::Desired, Question::Works);
  for (const ObjectRef one : hosts) {
    const std::size_t number = *after->hostNumber(one);
    for (std::size_t unit = 0; unit < is.units(); ++unit) EXPECT_EQ(is.at(number, unit), Truth::No);
    EXPECT_TRUE(after->grantsTo(one).empty());
    after->snapshot().table<Approval>().forEach([&](Id, const Approval& approval) { EXPECT_NE(approval.who, one); });
    for (const Id initiator : initiatorsOf(*after, one)) EXPECT_TRUE(after->domainsOf(initiator).empty());
  }
  othersKeepTheirReach({hosts.begin(), hosts.end()});
}

TEST_P(TemplateTest, aCloneReachesExactlyWhatTheOriginalReaches) {
  SanBuilder more(san.snapshot);
  const ObjectRef clone = host(more.host("clone", "iqn.2026-01.example:clone"));
  giveCredential(more, more.nodeNamed("iqn.2026-01.example:clone"));
  use(more.done());
  for (const std::size_t which : {2U, 9U, 17U, 25U}) {
    const ObjectRef original = host(san.hosts[which]);
    if (initiatorsOf(*before, original).empty()) continue;
    Reached wanted;
    for (const Id one : initiatorsOf(*before, original)) wanted.merge(reachedBy(*before, one));
    if (wanted.empty()) continue;
    (void)apply(ZoneTemplate::CloneHost, wish({original}, {clone}));
    Reached got;
    for (const Id one : initiatorsOf(*after, clone)) got.merge(reachedBy(*after, one));
    EXPECT_EQ(got, wanted) << "host " << which;
    othersKeepTheirReach({clone});
  }
}

TEST_P(TemplateTest, aCloneKeepsWhatItHad) {
  const ObjectRef original = host(san.hosts[4]), clone = host(san.hosts[30]);
  (void)apply(ZoneTemplate::CloneHost, wish({original}, {clone}));
  const ReachMatrix was = reachMatrix(*before, Basis::Desired, Question::Works);
  const ReachMatrix is = reachMatrix(*after, Basis::Desired, Question::Works);
  const std::size_t number = *before->hostNumber(clone);
  for (std::size_t unit = 0; unit < was.units(); ++unit) {
    EXPECT_TRUE(was.at(number, unit) != Truth::Yes || is.at(number, unit) == Truth::Yes);
  }
  othersKeepTheirReach({clone});
}

TEST_P(TemplateTest, aNewHbaReachesWhatTheOldOneDidAndTheOldOneNothing) {
  SanBuilder more(san.snapshot);
  const Id fresh = more.initiator("iqn.2026-01.example:new-hba");
  giveCredential(more, fresh);
  use(more.done());
  const ObjectRef owner = host(san.hosts[8]);
  const Id old = initiatorsOf(*before, owner).front();
  const Reached wanted = reachedBy(*before, old);
  (void)apply(ZoneTemplate::ReplaceHba, wish({{Kind::Node, old}}, {{Kind::Node, fresh}}));
  EXPECT_EQ(reachedBy(*after, fresh), wanted);
  EXPECT_EQ(after->hostOf(fresh), owner);
  EXPECT_TRUE(after->domainsOf(old).empty());
  EXPECT_TRUE(reachedBy(*after, old).empty());
  othersKeepTheirReach({owner, before->hostOf(fresh)});
}

// --- what is special ---

struct SmallTest : testing::Test {
  SanBuilder san;
  Id web1 = san.host("web1", "iqn.2026-01.example:web1");
  Id web2 = san.host("web2", "iqn.2026-01.example:web2");
  Id node1 = san.nodeNamed("iqn.2026-01.example:web1");
  Id node2 = san.nodeNamed("iqn.2026-01.example:web2");
  Id target = san.target("iqn.2026-01.example:disk1");
  Id unitA = san.unit("naa.6001", target, 0);
  Id unitB = san.unit("naa.6002", target, 1);
  Id ofAll = san.domain("default", {});  // takes the number of the default domain
  Id zone = san.zone("zone1", {node1, target});

  TemplateDone make(ZoneTemplate which, std::vector<ObjectRef> from, std::vector<ObjectRef> to) const {
    TemplateWish wish;
    wish.from = std::move(from);
    wish.to = std::move(to);
    return makeTemplate(which, SanIndex(san.done()), wish);
  }
  static std::string text(const TemplateDone& done) { return done.notes.join(QLatin1Char('\n')).toStdString(); }
};

TEST_F(SmallTest, aCloneGetsAnotherLunWhereItsOwnIsTakenAndThatIsSaid) {
  san.map({Kind::Host, web1}, target, unitA, 3);
  san.map({Kind::Host, web2}, target, unitB, 3);
  const TemplateDone done = make(ZoneTemplate::CloneHost, {{Kind::Host, web1}}, {{Kind::Host, web2}});
  ASSERT_EQ(done.fault, QString());
  const auto next = applyEdits(san.done(), done.edits);
  ASSERT_TRUE(next.ok()) << next.error().text;
  EXPECT_THAT(text(done), HasSubstr("LUN 4"));
}

TEST_F(SmallTest, mapsOfAnInitiatorGoToTheCloneAndToTheNewHba) {
  san.applied(target, {node1}, {});  // a target of ours
  san.set({Kind::Node, target}, "enforcement", std::string("zoning"));
  san.map({Kind::Node, node1}, target, unitA, 3, Right::ReadOnly);
  const auto cloned = applyEdits(san.done(), make(ZoneTemplate::CloneHost, {{Kind::Host, web1}}, {{Kind::Host, web2}}).edits);
  ASSERT_TRUE(cloned.ok()) << cloned.error().text;
  EXPECT_EQ(reachedBy(SanIndex(*cloned), node2), Reached({{target, unitA}}));
  EXPECT_EQ(reachedBy(SanIndex(*cloned), node1), Reached({{target, unitA}}));

  const Id fresh = san.initiator("iqn.2026-01.example:new");
  const auto replaced = applyEdits(san.done(), make(ZoneTemplate::ReplaceHba, {{Kind::Node, node1}}, {{Kind::Node, fresh}}).edits);
  ASSERT_TRUE(replaced.ok()) << replaced.error().text;
  const SanIndex index(*replaced);
  EXPECT_EQ(reachedBy(index, fresh), Reached({{target, unitA}}));
  EXPECT_TRUE(index.grantsTo({Kind::Node, node1}).empty());
  ASSERT_EQ(index.grantsTo({Kind::Node, fresh}).size(), 1U);
  EXPECT_EQ(index.grantsTo({Kind::Node, fresh})[0].right, Right::ReadOnly) << "the same right as before";
}

TEST_F(SmallTest, aZoneOfOthersStaysWhenAHostGoesAndOneThatServedItAloneGoesToo) {
  const Id shared = san.zone("shared", {node1, node2, target});
  const TemplateDone done = make(ZoneTemplate::Decommission, {{Kind::Host, web1}}, {});
  const auto next = applyEdits(san.done(), done.edits);
  ASSERT_TRUE(next.ok()) << next.error().text;
  EXPECT_EQ(next->get<Domain>(zone), nullptr);
  ASSERT_NE(next->get<Domain>(shared), nullptr);
  EXPECT_TRUE(next->get<Domain>(shared)->nodes.contains(node2));
}

TEST_F(SmallTest, credentialsAreNamedAsToDoAndNotTouched) {
  san.create(Kind::Credential,
             {{"initiator", ObjectRef{Kind::Node, node1}}, {"target", ObjectRef{Kind::Node, target}}});
  const TemplateDone done = make(ZoneTemplate::Decommission, {{Kind::Host, web1}}, {});
  EXPECT_THAT(text(done), HasSubstr("to be retired"));
  for (const Edit& edit : done.edits) EXPECT_NE(edit.object.kind, Kind::Credential);
}

TEST_F(SmallTest, aZoneThatIsThereIsUsedInsteadOfAnotherOneAndTakenNamesAreLeft) {
  EXPECT_FALSE(make(ZoneTemplate::SinglePairs, {{Kind::Host, web1}}, {{Kind::Node, target}}).fault.isEmpty());
  san.domain("z_web2_disk1", {node1});
  const TemplateDone done = make(ZoneTemplate::SinglePairs, {{Kind::Host, web2}}, {{Kind::Node, target}});
  ASSERT_GE(done.edits.size(), 2U);
  EXPECT_EQ(done.edits[1].value, Value(std::string("z_web2_disk1_2")));
  EXPECT_THAT(text(done), HasSubstr("not in force"));
}

TEST_F(SmallTest, whatDoesNotGoSaysWhyAndHasNoEdits) {
  const TemplateDone wrong[] = {
      make(ZoneTemplate::SinglePairs, {}, {}),
      make(ZoneTemplate::SinglePairs, {{Kind::Host, web1}}, {}),
      make(ZoneTemplate::SinglePairs, {{Kind::Node, target}}, {{Kind::Node, target}}),
      make(ZoneTemplate::Peers, {{Kind::Host, web1}}, {{Kind::Node, target}, {Kind::Node, target}}),
      make(ZoneTemplate::CloneHost, {{Kind::Host, web1}}, {{Kind::Host, web1}}),
      make(ZoneTemplate::ReplaceHba, {{Kind::Node, node1}}, {{Kind::Node, node2}}),
      make(ZoneTemplate::ReplaceHba, {{Kind::Node, node1}}, {{Kind::Node, node1}}),
      make(ZoneTemplate::Decommission, {{Kind::Host, web2}}, {})};
  for (const TemplateDone& done : wrong) {
    EXPECT_FALSE(done.fault.isEmpty());
    EXPECT_TRUE(done.edits.empty());
  }
}

TEST_F(SmallTest, peersThatAreTogetherElsewhereAreNamed) {
  san.zone("shared", {node1, node2});
  const Id other = san.target("iqn.2026-01.example:disk2");
  EXPECT_THAT(text(make(ZoneTemplate::Peers, {{Kind::Host, web1}, {Kind::Host, web2}}, {{Kind::Node, other}})),
              HasSubstr("shared"));
}

// --- the window ---

struct WindowTest : SmallTest {
  Workspace workspace;
  TestSource* source = nullptr;
  TemplateWindow* window = nullptr;

  ~WindowTest() override { delete window; }
  void open() {
    auto own = std::make_unique<TestSource>(san.done());
    source = own.get();
    workspace.setSource(std::move(own));
    // With its findings, after which nothing more comes by itself.
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() && workspace.present()->findings; }));
  }
  void show() {
    window = new TemplateWindow(workspace);
    window->setAttribute(Qt::WA_DeleteOnClose, false);
    window->show();
    settle();
  }
  void settle() {
    EXPECT_TRUE(pumpUntil([&] { return !window->isBusy(); }));
    pump();
  }
  QLineEdit* field(const char* name) { return window->findChild<QLineEdit*>(QString::fromLatin1(name)); }
  QString why() { return window->findChild<QLabel*>(QStringLiteral("why"))->text(); }
  QString preview() { return window->findChild<QTextBrowser*>(QStringLiteral("preview"))->toPlainText(); }
  QPushButton* put() {
    for (auto* one : window->findChildren<QPushButton*>()) {
      if (one->text() == QStringLiteral("Put into the draft")) return one;
    }
    return nullptr;
  }
};

TEST_F(WindowTest, byKeyboardAHostIsClonedWithItsDifferenceShownBeforeAndOneStepOfTheDraft) {
  san.map({Kind::Host, web1}, target, unitA, 0);
  open();
  workspace.selection().select({Kind::Host, web1});
  show();
  auto* list = window->findChild<QListWidget*>(QStringLiteral("templates"));
  list->setFocus();
  for (int i = 0; i < static_cast<int>(ZoneTemplate::CloneHost); ++i) QTest::keyClick(list, Qt::Key_Down);
  settle();
  EXPECT_EQ(field("from")->text(), QStringLiteral("web1")) << "what is selected";
  EXPECT_FALSE(put()->isEnabled());
  EXPECT_FALSE(why().isEmpty());
  field("to")->setFocus();
  QTest::keyClicks(field("to"), QStringLiteral("web2"));
  settle();
  EXPECT_TRUE(preview().contains(QStringLiteral("web2 gains"))) << preview().toStdString();
  EXPECT_TRUE(preview().contains(QStringLiteral("zone1")));
  EXPECT_TRUE(workspace.draft().isEmpty()) << "nothing is done before";
  ASSERT_TRUE(put()->isEnabled()) << why().toStdString();
  put()->setFocus();
  QTest::keyClick(put(), Qt::Key_Space);
  EXPECT_EQ(workspace.draft().undo().count(), 1);
  EXPECT_EQ(workspace.draft().undo().undoText(), QStringLiteral("Clone web1 for web2"));
  EXPECT_TRUE(workspace.draft().result().get<Domain>(zone)->nodes.contains(node2));
  workspace.draft().undo().undo();
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(WindowTest, onADraftWithNewObjectsTheNewOnesOfTheTemplateAreOthers) {
  open();
  const ObjectRef fresh = workspace.draft().newObject(Kind::Domain);
  ASSERT_TRUE(workspace.edit(QStringLiteral("Before"),
                             {{EditOp::Create, fresh, {}, {}}, {EditOp::Set, fresh, "name", std::string("own")}}));
  show();
  field("from")->setText(QStringLiteral("web2"));
  field("to")->setText(QStringLiteral("iqn.2026-01.example:disk1"));
  settle();
  ASSERT_TRUE(put()->isEnabled()) << why().toStdString();
  put()->click();
  EXPECT_TRUE(workspace.draft().result().find(Kind::Domain, "own"));
  EXPECT_TRUE(workspace.draft().result().find(Kind::Domain, "z_web2_disk1"));
}

TEST_F(WindowTest, aNameThatNobodyHasIsSaid) {
  open();
  show();
  field("from")->setText(QStringLiteral("web1, nobody"));
  settle();
  EXPECT_TRUE(why().contains(QStringLiteral("nobody")));
  EXPECT_FALSE(put()->isEnabled());
}

// Somebody reports: another View comes.
TEST_F(WindowTest, inAListOfSetsThatIsOpenTheHighlightStaysWhileTheSanMoves) {
  for (const char* name : {"set6", "set7", "set8"}) san.domainSet(name, true, {});
  open();
  show();
  auto* set = window->findChild<QComboBox*>(QStringLiteral("set"));
  ASSERT_TRUE(set->isVisible());
  const int third = set->findText(QStringLiteral("set8"));
  ASSERT_GT(third, 0);
  set->setFocus();
  set->showPopup();
  ASSERT_TRUE(pumpUntil([&] { return set->view()->isVisible(); }));
  set->view()->setCurrentIndex(set->model()->index(third, set->modelColumn(), set->rootModelIndex()));
  for (const bool another : {false, true}) {  // also where there is another set
    if (another) san.domainSet("set0", true, {});
    const ViewPtr before = workspace.present();
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != before; }));
    settle();
    EXPECT_EQ(set->view()->currentIndex().row(), third);
  }
  QTest::keyClick(set->view(), Qt::Key_Return);
  EXPECT_EQ(set->currentText(), QStringLiteral("set8"));
}

// The one beside it may be in force.
TEST_F(WindowTest, whereTheChosenSetGoesNoOtherOneTakesItsPlace) {
  san.domainSet("prod", true, {});
  const Id chosen = san.domainSet("test", false, {});
  open();
  show();
  field("from")->setText(QStringLiteral("web2"));
  field("to")->setText(QStringLiteral("iqn.2026-01.example:disk1"));
  auto* set = window->findChild<QComboBox*>(QStringLiteral("set"));
  const auto choose = [&](int at) {
    set->setCurrentIndex(at);
    emit set->activated(at);
    settle();
  };
  choose(set->findData(chosen));
  ASSERT_TRUE(put()->isEnabled()) << why().toStdString();
  san.erase({Kind::DomainSet, chosen});
  for (int i = 0; i < 2; ++i) {  // also when the SAN goes on after that
    san.create(Kind::Site, {{"name", std::string("site") + std::to_string(i)}});
    const ViewPtr before = workspace.present();
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present() != before; }));
    settle();
    EXPECT_EQ(set->currentText(), QString());
    EXPECT_FALSE(put()->isEnabled());
    EXPECT_EQ(why(), QStringLiteral("The zone set that was chosen is not there any more. Choose another one."));
  }
  choose(set->findText(QStringLiteral("prod")));
  EXPECT_TRUE(put()->isEnabled()) << why().toStdString();
}

TEST_F(WindowTest, whileTheSanMovesWhatWasWorkedOutStaysAndCanBePutIntoTheDraft) {
  open();
  show();
  field("from")->setText(QStringLiteral("web2"));
  field("to")->setText(QStringLiteral("iqn.2026-01.example:disk1"));
  settle();
  ASSERT_TRUE(put()->isEnabled()) << why().toStdString();
  auto* shown = window->findChild<QTextBrowser*>(QStringLiteral("preview"));
  shown->selectAll();
  int looks = 0, refused = 0;
  const auto look = [&] {
    ++looks;
    refused += put()->isEnabled() ? 0 : 1;
  };
  QObject::connect(&workspace, &Workspace::presentChanged, window, look);
  for (int i = 0; i < 5; ++i) {
    const ViewPtr before = workspace.present();
    source->put(san.done());
    ASSERT_TRUE(pumpUntil([&] {
      look();
      return workspace.present() != before;
    }));
  }
  settle();
  EXPECT_GE(looks, 5);
  EXPECT_EQ(refused, 0);
  EXPECT_TRUE(shown->textCursor().hasSelection()) << "the same text is not set anew";
  // What the SAN has become counts, once it is worked out.
  san.create(Kind::Domain, {{"name", std::string("z_web2_disk1")}});
  const ViewPtr before = workspace.present();
  source->put(san.done());
  ASSERT_TRUE(pumpUntil([&] { return workspace.present() != before; }));
  settle();
  EXPECT_TRUE(preview().contains(QStringLiteral("z_web2_disk1_2"))) << preview().toStdString();
}

TEST_F(WindowTest, everythingThatTabReachesHasAName) {
  open();
  show();
  for (QWidget* one : window->findChildren<QWidget*>()) {
    if (!one->isVisible() || (one->focusPolicy() & Qt::TabFocus) == 0) continue;
    EXPECT_FALSE(one->accessibleName().isEmpty() && one->property("text").toString().isEmpty())
        << one->metaObject()->className();
  }
}

}  // namespace
}  // namespace console
