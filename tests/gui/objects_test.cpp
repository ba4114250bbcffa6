// Forms for what administrators keep: each kind's form, what is written there as edits, and the window by keyboard.
#include <gmock/gmock.h>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include "console-gui/model/object_form.h"
#include "console-gui/pages/object_window.h"
#include "shared/san/change.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/gui/topology_world.h"

namespace console {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

struct FormTest : SmallSan, testing::Test {
  Id pci = san.create(Kind::Label, {{"name", std::string("PCI")}});
  Id test = san.create(Kind::Label, {{"name", std::string("test")}});

  FormEdits read(const ObjectForm& form, std::initializer_list<std::pair<std::string_view, const char*>> written) {
    std::vector<std::optional<QString>> texts(form.fields.size());
    for (const auto& [name, text] : written) {
      const auto at = std::ranges::find(form.fields, name, [](const FormField& field) { return field.row->name; });
      EXPECT_NE(at, form.fields.end()) << name;
      texts[static_cast<std::size_t>(at - form.fields.begin())] = QString::fromUtf8(text);
    }
    return formEdits(san.done(), form, formNames(san.done(), form), texts, {form.kind, san::kFirstProvisional});
  }
  san::Snapshot after(const std::vector<san::Edit>& edits) {
    auto applied = san::apply(san.done(), edits, san::Writer::ChangeSet, 99, 1);
    EXPECT_TRUE(applied) << applied.error().text;
    return applied ? applied->snapshot : san.done();
  }
};

TEST_F(FormTest, eachKindThatIsMadeInAFormHasOneAndItsNamesCoverItsLinks) {
  for (const Kind kind : kMadeInForms) {
    const ObjectForm form = formOf(san.done(), kind, {});
    EXPECT_FALSE(form.fields.empty()) << nameOf(kind);
    const FormNames names = formNames(san.done(), form);
    for (const FormField& field : form.fields) {
      EXPECT_EQ(field.row->writer, san::Writer::ChangeSet) << field.row->name;
      EXPECT_TRUE(!field.isLink() || names.contains(field.row->name)) << nameOf(kind) << " " << field.row->name;
    }
  }
}

TEST_F(FormTest, whatNobodyKeepsHasNoFormAndSaysWhy) {
  const ObjectRef session{Kind::Session, 1}, host{Kind::Host, web1}, node{Kind::Node, initiator1};
  EXPECT_TRUE(whyNoForm(san.done(), std::vector{host}).isEmpty());
  EXPECT_TRUE(whyNoForm(san.done(), std::vector{node}).isEmpty()) << "an alias, labels";
  EXPECT_FALSE(whyNoForm(san.done(), std::vector{session}).isEmpty());
  EXPECT_FALSE(whyNoForm(san.done(), std::vector{host, node}).isEmpty()) << "of two kinds";
  EXPECT_FALSE(whyNoForm(san.done(), std::vector{ObjectRef{Kind::Host, 999}}).isEmpty()) << "gone";
  EXPECT_FALSE(whyNoForm(san.done(), {}).isEmpty());
  EXPECT_FALSE(whyNoErase(san.done(), std::vector{node}).isEmpty());
  EXPECT_TRUE(whyNoErase(san.done(), std::vector{host, ObjectRef{Kind::Map, map1}}).isEmpty());
}

TEST_F(FormTest, theFormOfWhatIsThereHasNoKeysAndNoMembersOfZones) {
  for (const FormField& field : formOf(san.done(), Kind::Map, {{Kind::Map, map1}}).fields)
    EXPECT_FALSE(field.row->key) << field.row->name;
  for (const FormField& field : formOf(san.done(), Kind::Domain, {{Kind::Domain, zone1}}).fields)
    EXPECT_FALSE(field.isLink() && field.row->name != "labels") << field.row->name;
}

TEST_F(FormTest, onlyWhatIsWrittenAndDiffersBecomesAnEdit) {
  const ObjectForm form = formOf(san.done(), Kind::Host, {{Kind::Host, web1}});
  EXPECT_TRUE(read(form, {}).edits.empty());
  EXPECT_TRUE(read(form, {{"name", "web1"}}).edits.empty()) << "as it is";
  const FormEdits made = read(form, {{"name", "web1"}, {"labels", "PCI"}});
  ASSERT_EQ(made.edits.size(), 1U);
  EXPECT_EQ(made.edits[0].field, "labels");
  EXPECT_TRUE(after(made.edits).get<Host>(web1)->labels.contains(pci));
}

TEST_F(FormTest, oneWrongFieldLeavesNoEditsAndSaysWhichAndWhy) {
  const ObjectForm form = formOf(san.done(), Kind::Cable, {});
  const FormEdits made = read(form, {{"name", "Z1"}, {"from", "nowhere"}});
  EXPECT_TRUE(made.edits.empty());
  ASSERT_EQ(made.faults.size(), 1U);
  EXPECT_EQ(form.fields[made.faults[0].field].row->name, "from");
  EXPECT_THAT(made.faults[0].text.toStdString(), HasSubstr("nowhere"));
  EXPECT_EQ(read(formOf(san.done(), Kind::Map, {}), {{"lun", "16384"}}).faults.size(), 1U);
  EXPECT_EQ(read(formOf(san.done(), Kind::Network, {}), {{"subnets", "10.0.0.1/24"}}).faults.size(), 1U);
  EXPECT_EQ(read(formOf(san.done(), Kind::Window, {}), {{"starts", "tomorrow"}}).faults.size(), 1U);
}

TEST_F(FormTest, whatIsTakenOutOfAListIsWhatIsWrittenAndNotAnotherOneThatDiffersInCapitals) {
  const Id upper = san.create(Kind::Label, {{"name", std::string("Gold")}});
  const Id lower = san.create(Kind::Label, {{"name", std::string("gold")}});
  san.set({Kind::Host, web1}, "labels", std::vector<ObjectRef>{{Kind::Label, upper}, {Kind::Label, lower}});
  const FormEdits made = read(formOf(san.done(), Kind::Host, {{Kind::Host, web1}}), {{"labels", "Gold"}});
  ASSERT_EQ(made.edits.size(), 1U);
  EXPECT_EQ(made.edits[0],
            (san::Edit{san::EditOp::Remove, {Kind::Host, web1}, "labels", ObjectRef{Kind::Label, lower}}));
  EXPECT_THAT(
      read(formOf(san.done(), Kind::Host, {{Kind::Host, web2}}), {{"labels", "GOLD"}}).faults.at(0).text.toStdString(),
      HasSubstr("Several objects are called GOLD"));
}

TEST(KnownNames, aNameGoesBeforeWhatAnotherIsCalledAndSeveralThatFitAlikeAreNone) {
  SanBuilder san;
  const Id first = san.initiator("iqn.2026-01.example:a"), second = san.initiator("iqn.2026-01.example:b");
  for (const Id id : {first, second}) san.set({Kind::Node, id}, "alias", std::string("twin"));
  const Id third = san.initiator("iqn.2026-01.example:c");
  san.set({Kind::Node, third}, "alias", std::string("iqn.2026-01.example:b"));
  KnownNames names;
  for (const Id id : {first, second, third}) names.add(san.done(), {Kind::Node, id});
  names.sort();
  EXPECT_EQ(names.find(QStringLiteral("iqn.2026-01.example:b")), (ObjectRef{Kind::Node, second}));
  EXPECT_EQ(names.find(QStringLiteral("IQN.2026-01.example:A")), (ObjectRef{Kind::Node, first}));
  EXPECT_FALSE(names.find(QStringLiteral("twin")));
  QStringList faults;
  EXPECT_TRUE(names.refsIn(QStringLiteral("twin, nobody"), faults).empty());
  ASSERT_EQ(faults.size(), 2);
  EXPECT_TRUE(faults[0].startsWith(QStringLiteral("Several objects are called twin")));
  EXPECT_TRUE(faults[1].startsWith(QStringLiteral("Nothing that fits here is called nobody")));
}

TEST_F(FormTest, aMapIsMadeOfNamesAndOfWhatPeopleCallThings) {
  const FormEdits made = read(formOf(san.done(), Kind::Map, {}), {{"who", "web2"},
                                                                  {"target", "iqn.2026-01.example:disk2"},
                                                                  {"unit", "naa.6000000000000002"},
                                                                  {"lun", "7"},
                                                                  {"right", "read-only"}});
  ASSERT_TRUE(made.faults.empty()) << made.faults[0].text.toStdString();
  std::size_t maps = 0;
  after(made.edits).table<Map>().forEach([&](Id, const Map& map) {
    if (map.lun != 7) return;
    ++maps;
    EXPECT_EQ(map.who, (ObjectRef{Kind::Host, web2}));
    EXPECT_EQ(map.unit.id, unit2);
    EXPECT_EQ(map.right, Right::ReadOnly);
  });
  EXPECT_EQ(maps, 1U);
}

TEST_F(FormTest, anInitiatorIsNoTargetOfAMap) {
  EXPECT_EQ(read(formOf(san.done(), Kind::Map, {}), {{"target", "iqn.2026-01.example:web1"}}).faults.size(), 1U);
  EXPECT_TRUE(read(formOf(san.done(), Kind::Map, {}), {{"target", "iqn.2026-01.example:disk1"}}).faults.empty());
}

TEST_F(FormTest, severalObjectsKeepWhatDiffersAndGainAndLoseMembersEach) {
  san.set({Kind::Host, web2}, "labels", std::vector<ObjectRef>{{Kind::Label, test}});
  const ObjectForm form = formOf(san.done(), Kind::Host, {{Kind::Host, web1}, {Kind::Host, web2}});
  const auto labels = std::ranges::find(form.fields, "labels", [](const FormField& field) { return field.row->name; });
  EXPECT_TRUE(labels->differs);
  const FormEdits made = read(form, {{"labels", "+PCI, -test"}});
  EXPECT_EQ(made.edits.size(), 3U) << "web1 has no label test to lose";
  const san::Snapshot now = after(made.edits);
  for (const Id host : {web1, web2}) {
    EXPECT_TRUE(now.get<Host>(host)->labels.contains(pci));
    EXPECT_FALSE(now.get<Host>(host)->labels.contains(test));
  }
  EXPECT_EQ(now.get<Host>(web1)->name, "web1");
  EXPECT_EQ(read(form, {{"labels", "+nothing"}}).faults.size(), 1U);
}

TEST_F(FormTest, limitsOfASanThatHasNoneYetAreMade) {
  const ObjectRef settings{Kind::Settings, san::Settings::kId};
  const ObjectForm form = formOf(san.done(), Kind::Settings, {settings});
  EXPECT_TRUE(read(form, {}).edits.empty());
  const FormEdits made = read(form, {{"confirm_within", "5m"}, {"author_may_approve", "no"}});
  ASSERT_TRUE(made.faults.empty());
  const san::Snapshot now = after(made.edits);
  EXPECT_EQ(now.settings().confirmWithin, 300);
  EXPECT_FALSE(now.settings().authorMayApprove);
}

// --- the window ---

struct ObjectWindowTest : FormTest {
  Workspace workspace;
  ObjectWindow* window = nullptr;

  ~ObjectWindowTest() override { delete window; }
  void open(std::vector<ObjectRef> objects) {
    workspace.setSource(std::make_unique<TestSource>(san.done()));
    ASSERT_TRUE(pumpUntil([&] { return isJudged(); }));
    window = objects.empty() ? new ObjectWindow(workspace) : new ObjectWindow(workspace, std::move(objects));
    window->setAttribute(Qt::WA_DeleteOnClose, false);
    window->show();
    window->activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window, 30'000));
    settle();
  }
  void settle() {
    EXPECT_TRUE(pumpUntil([&] { return !window->isBusy(); }));
    pump();
  }
  // The source shows the SAN as it is now.
  void goOn() {
    const san::Revision before = workspace.present()->revision();
    static_cast<TestSource*>(workspace.source())->put(san.done());
    ASSERT_TRUE(pumpUntil([&] { return workspace.present()->revision() != before && isJudged(); }));
  }
  // The findings of a revision come a moment after it, in another view of it.
  bool isJudged() const {
    const auto& view = workspace.present();
    return view && view->findings && view->findingsRevision == view->revision();
  }
  // Goes on by Tab until the part of this name has the focus.
  bool tabTo(const char* name) {
    for (int i = 0; i < 40; ++i) {
      if (QApplication::focusWidget() != nullptr && QApplication::focusWidget()->objectName() == QLatin1String(name))
        return true;
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    return false;
  }
  void type(const char* text) {
    QTest::keyClicks(QApplication::focusWidget(), QString::fromUtf8(text));
    pump();
  }
  std::string why() { return window->findChild<QLabel*>(QStringLiteral("why"))->text().toStdString(); }
  void put() {
    for (auto* one : window->findChildren<QPushButton*>()) {
      if (one->text() != QStringLiteral("Put into the draft")) continue;
      ASSERT_TRUE(one->isEnabled()) << why();
      one->setFocus();
      QTest::keyClick(one, Qt::Key_Space);
    }
  }
};

TEST_F(ObjectWindowTest, byKeyboardANewLabelIsOneStepOfTheDraft) {
  open({});
  ASSERT_TRUE(tabTo("kind"));
  while (window->findChild<QComboBox*>(QStringLiteral("kind"))->currentText() != QStringLiteral("Label"))
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
  settle();
  EXPECT_EQ(why(), "Nothing has been written yet.");
  ASSERT_TRUE(tabTo("name"));
  type("SOX");
  ASSERT_TRUE(tabTo("regime"));
  type("Sarbanes-Oxley");
  put();
  ASSERT_EQ(workspace.draft().undo().count(), 1);
  EXPECT_EQ(workspace.draft().undo().undoText(), QStringLiteral("Make label SOX"));
  const auto made = workspace.draft().result().find(Kind::Label, "SOX");
  ASSERT_TRUE(made);
  EXPECT_EQ(workspace.draft().result().get<Label>(*made)->regime, "Sarbanes-Oxley");
  EXPECT_FALSE(window->isVisible());
}

TEST_F(ObjectWindowTest, aChoiceAndAFlagAreChangedByKeyboard) {
  open({{Kind::DomainSet, off}});
  ASSERT_TRUE(tabTo("enabled"));
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
  put();
  EXPECT_TRUE(workspace.draft().result().get<DomainSet>(off)->enabled);
}

TEST_F(ObjectWindowTest, aFieldThatIsWrongSaysSoAndNothingIsPut) {
  open({{Kind::Map, map1}});
  ASSERT_TRUE(tabTo("lun"));
  QApplication::focusWidget()->setProperty("text", QString());
  type("99999");
  EXPECT_EQ(why(), "1 field(s) cannot be so.");
  bool said = false;
  for (const auto* label : window->findChildren<QLabel*>())
    said = said || (label->isVisible() && label->text().contains(QStringLiteral("16383")));
  EXPECT_TRUE(said);
  EXPECT_TRUE(workspace.draft().isEmpty());
}

TEST_F(ObjectWindowTest, whatTheDraftRefusesIsSaidInTheWindowAndNothingIsLost) {
  open({{Kind::Host, web1}});
  ASSERT_TRUE(tabTo("name"));
  window->findChild<QLineEdit*>(QStringLiteral("name"))->selectAll();
  type("web2");
  put();
  EXPECT_TRUE(window->isVisible());
  EXPECT_THAT(why(), HasSubstr("web2"));
  EXPECT_TRUE(workspace.draft().isEmpty());
  EXPECT_EQ(window->findChild<QLineEdit*>(QStringLiteral("name"))->text(), QStringLiteral("web2"));
}

TEST_F(ObjectWindowTest, whatIsWrittenStaysWhenTheDraftMovesOnAndTheRestFollows) {
  open({{Kind::Host, web1}});
  ASSERT_TRUE(tabTo("labels"));
  type("PCI");
  const Id site = san.create(Kind::Site, {{"name", std::string("Zurich")}});
  goOn();
  ASSERT_TRUE(
      workspace.edit(QStringLiteral("Move"), {{EditOp::Set, {Kind::Host, web1}, "site", ObjectRef{Kind::Site, site}}}));
  settle();
  EXPECT_EQ(window->findChild<QLineEdit*>(QStringLiteral("site"))->text(), QStringLiteral("Zurich"));
  EXPECT_EQ(window->findChild<QLineEdit*>(QStringLiteral("labels"))->text(), QStringLiteral("PCI"));
}

TEST_F(ObjectWindowTest, whatOthersAddToAListWhileItIsWrittenStaysInIt) {
  san.set({Kind::Host, web1}, "labels", std::vector<ObjectRef>{{Kind::Label, test}});
  open({{Kind::Host, web1}});
  ASSERT_TRUE(tabTo("labels"));
  type("PCI");
  const Id other = san.create(Kind::Label, {{"name", std::string("other")}});
  san.set({Kind::Host, web1}, "labels", std::vector<ObjectRef>{{Kind::Label, test}, {Kind::Label, other}});
  goOn();
  settle();
  put();
  const auto& labels = workspace.draft().result().get<Host>(web1)->labels;
  EXPECT_TRUE(labels.contains(pci));
  EXPECT_FALSE(labels.contains(test)) << "the line says PCI alone";
  EXPECT_TRUE(labels.contains(other));
}

TEST_F(ObjectWindowTest, whereOneOfSeveralGoesWhatIsWrittenStaysForTheOthers) {
  open({{Kind::Host, web1}, {Kind::Host, web2}});
  ASSERT_TRUE(tabTo("labels"));
  type("+PCI");
  san.erase({Kind::Host, web2});
  goOn();
  settle();
  ASSERT_TRUE(window->isVisible());
  EXPECT_EQ(window->findChild<QLineEdit*>(QStringLiteral("labels"))->text(), QStringLiteral("+PCI"));
  put();
  EXPECT_EQ(workspace.draft().undo().undoText(), QStringLiteral("Change host web1"));
  EXPECT_TRUE(workspace.draft().result().get<Host>(web1)->labels.contains(pci));
}

TEST_F(ObjectWindowTest, whereNoneIsLeftWhatIsWrittenCanBeReadAndNotPutUntilItIsThereAgain) {
  open({{Kind::Host, web1}});
  ASSERT_TRUE(tabTo("name"));
  type("new");
  const QString written = window->findChild<QLineEdit*>(QStringLiteral("name"))->text();
  ASSERT_TRUE(workspace.edit(QStringLiteral("Delete"), {{EditOp::Erase, {Kind::Map, map1}, {}, {}},
                                                        {EditOp::Erase, {Kind::Host, web1}, {}, {}}}));
  settle();
  ASSERT_TRUE(window->isVisible());
  EXPECT_EQ(why(), "It is not there any more.");
  EXPECT_EQ(window->findChild<QLineEdit*>(QStringLiteral("name"))->text(), written);
  workspace.draft().undo().undo();
  settle();
  put();
  EXPECT_EQ(workspace.draft().result().get<Host>(web1)->name, written.toStdString());
}

TEST_F(ObjectWindowTest, everythingThatTabReachesHasAName) {
  for (const std::vector<ObjectRef>& objects :
       {std::vector<ObjectRef>{}, {ObjectRef{Kind::Settings, san::Settings::kId}}}) {
    delete window;
    open(objects);
    for (int i = 0; i < 60; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      QWidget* focus = QApplication::focusWidget();
      const auto* button = qobject_cast<QAbstractButton*>(focus);
      EXPECT_TRUE(!focus->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()))
          << focus->metaObject()->className() << " " << focus->objectName().toStdString();
    }
  }
}

}  // namespace
}  // namespace console
