// Everything that can be done in the console, one row each: what it is called, its key, what it does in a sentence, and
// how the same is done with sanctl.
//
// Menus, buttons, the omnibox, the help page and the tests derive from the rows. A new action is a row here, what it does
// and why not in action_bindings.cpp, and nothing else. Texts are marked for translation (context "Actions"). Constexpr.
#pragma once

#include <QtGlobal>
#include <array>
#include <cstdint>

namespace console {

enum class ActionId : std::uint8_t {
  GoOverview,
  GoTopology,
  GoAccess,
  GoZoning,
  GoCredentials,
  GoFindings,
  GoReports,
  GoActivity,
  Back,
  Forward,
  Omnibox,
  Filter,
  ClearFilter,
  Inspector,
  ResetLayout,
  Theme,
  Words,
  Language,
  OpenDemo,
  Connect,
  OpenFile,
  SaveSnapshot,
  Retry,
  Present,
  CopyName,
  CopyCommand,
  Why,
  Trace,
  Undo,
  Redo,
  NewZone,
  NewZoneSet,
  Rename,
  Delete,
  Submit,
  Approve,
  Commit,
  Confirm,
  RollBack,
  Discard,
  Rebase,
  CredentialNew,
  CredentialRotate,
  CredentialCancel,
  CredentialRetire,
  CredentialBatch,
  CredentialPause,
  ActivityPause,
  ActivityHistory,
  ActivityOlder,
  ActivityCompare,
  ActivityThen,
  ReportCsv,
  ReportJson,
  ReportPdf,
  ReportPack,
  ReportVerify,
  Import,
  Template,
  Help,
  Quit,
  kCount,
};
inline constexpr std::size_t kActions = static_cast<std::size_t>(ActionId::kCount);

enum class Menu : std::uint8_t { File, Go, View, Object, Draft, Help };

struct ActionRow {
  ActionId id;
  Menu menu;
  const char* name;      // stable, for tests and settings
  const char* text;      // in menus; an ellipsis where it asks for more
  const char* shortcut;  // "": none of its own; it is in its menu and in the omnibox
  const char* help;      // a sentence
  const char* twin;      // the same with sanctl; "-": there is nothing to do there, with the reason in help
};

// clang-format off
inline constexpr std::array<ActionRow, kActions> kActionTable{{
    {ActionId::GoOverview, Menu::Go, "go.overview", QT_TRANSLATE_NOOP("Actions", "Overview"), "Ctrl+1",
     QT_TRANSLATE_NOOP("Actions", "Shows the four questions: what should be reachable, what should not, what has changed, what needs you."), "sanctl finding list"},
    {ActionId::GoTopology, Menu::Go, "go.topology", QT_TRANSLATE_NOOP("Actions", "Topology"), "Ctrl+2",
     QT_TRANSLATE_NOOP("Actions", "Shows hosts, initiators, domains, portals, targets and logical units with what joins them."), "sanctl reaches HOST"},
    {ActionId::GoAccess, Menu::Go, "go.access", QT_TRANSLATE_NOOP("Actions", "Access"), "Ctrl+3",
     QT_TRANSLATE_NOOP("Actions", "Shows which host reaches which logical unit, and why."), "sanctl who-reaches LUN"},
    {ActionId::GoZoning, Menu::Go, "go.zoning", QT_TRANSLATE_NOOP("Actions", "Zoning"), "Ctrl+4",
     QT_TRANSLATE_NOOP("Actions", "Shows zones and their members, and the draft that changes them."), "sanctl zone list"},
    {ActionId::GoCredentials, Menu::Go, "go.credentials", QT_TRANSLATE_NOOP("Actions", "Credentials"), "Ctrl+5",
     QT_TRANSLATE_NOOP("Actions", "Shows CHAP credentials and their rotation, never a secret."), "sanctl chap list"},
    {ActionId::GoFindings, Menu::Go, "go.findings", QT_TRANSLATE_NOOP("Actions", "Findings"), "Ctrl+6",
     QT_TRANSLATE_NOOP("Actions", "Shows what the rules have found, by cause."), "sanctl finding list"},
    {ActionId::GoReports, Menu::Go, "go.reports", QT_TRANSLATE_NOOP("Actions", "Reports"), "Ctrl+7",
     QT_TRANSLATE_NOOP("Actions", "Makes reports and evidence packs."), "sanctl evidence create"},
    {ActionId::GoActivity, Menu::Go, "go.activity", QT_TRANSLATE_NOOP("Actions", "Activity"), "Ctrl+8",
     QT_TRANSLATE_NOOP("Actions", "Shows what happens and what has happened."), "sanctl watch"},
    {ActionId::Back, Menu::Go, "go.back", QT_TRANSLATE_NOOP("Actions", "Back"), "Alt+Left",
     QT_TRANSLATE_NOOP("Actions", "Goes back to the page, object and filter before."), "-"},
    {ActionId::Forward, Menu::Go, "go.forward", QT_TRANSLATE_NOOP("Actions", "Forward"), "Alt+Right",
     QT_TRANSLATE_NOOP("Actions", "Goes forward again."), "-"},
    {ActionId::Omnibox, Menu::Go, "go.omnibox", QT_TRANSLATE_NOOP("Actions", "Find or do..."), "Ctrl+K",
     QT_TRANSLATE_NOOP("Actions", "Finds objects, commands and help as you type."), "sanctl search TEXT"},
    {ActionId::Filter, Menu::View, "view.filter", QT_TRANSLATE_NOOP("Actions", "Filter all pages"), "Ctrl+F",
     QT_TRANSLATE_NOOP("Actions", "Goes to the filter, which narrows every page."), "sanctl list KIND --filter FILTER"},
    {ActionId::ClearFilter, Menu::View, "view.clear-filter", QT_TRANSLATE_NOOP("Actions", "Clear the filter"), "Ctrl+Shift+F",
     QT_TRANSLATE_NOOP("Actions", "Shows everything again."), "-"},
    {ActionId::Inspector, Menu::View, "view.inspector", QT_TRANSLATE_NOOP("Actions", "Inspector"), "F9",
     QT_TRANSLATE_NOOP("Actions", "Shows or hides the facts of the selected object."), "sanctl show OBJECT"},
    {ActionId::ResetLayout, Menu::View, "view.reset", QT_TRANSLATE_NOOP("Actions", "Reset the layout"), "",
     QT_TRANSLATE_NOOP("Actions", "Puts every part of the window back to its place."), "-"},
    {ActionId::Theme, Menu::View, "view.theme", QT_TRANSLATE_NOOP("Actions", "Next theme"), "Ctrl+Shift+T",
     QT_TRANSLATE_NOOP("Actions", "Changes between light, dark and high contrast."), "-"},
    {ActionId::Words, Menu::View, "view.words", QT_TRANSLATE_NOOP("Actions", "Words of SANs or of iSNS"), "",
     QT_TRANSLATE_NOOP("Actions", "Says zone and zone set, or discovery domain and domain set. Numbers stay."), "-"},
    {ActionId::Language, Menu::View, "view.language", QT_TRANSLATE_NOOP("Actions", "Next language"), "",
     QT_TRANSLATE_NOOP("Actions", "Changes between English and German."), "-"},
    {ActionId::OpenDemo, Menu::File, "file.demo", QT_TRANSLATE_NOOP("Actions", "Open the demo SAN"), "",
     QT_TRANSLATE_NOOP("Actions", "Opens a SAN inside of this program to try everything on."), "-"},
    {ActionId::Connect, Menu::File, "file.connect", QT_TRANSLATE_NOOP("Actions", "Connect to a server..."), "Ctrl+O",
     QT_TRANSLATE_NOOP("Actions", "Connects to a management server."), "sanctl login SERVER"},
    {ActionId::OpenFile, Menu::File, "file.open", QT_TRANSLATE_NOOP("Actions", "Open a saved snapshot..."), "Ctrl+Shift+O",
     QT_TRANSLATE_NOOP("Actions", "Opens a snapshot that somebody saved, to look at."), "-"},
    {ActionId::SaveSnapshot, Menu::File, "file.save", QT_TRANSLATE_NOOP("Actions", "Save the snapshot..."), "Ctrl+S",
     QT_TRANSLATE_NOOP("Actions", "Saves what is shown as a file that can be opened again."), "sanctl export --output json"},
    {ActionId::Retry, Menu::File, "file.retry", QT_TRANSLATE_NOOP("Actions", "Try the server again"), "F5",
     QT_TRANSLATE_NOOP("Actions", "Tries to reach the server at once."), "sanctl status"},
    {ActionId::Present, Menu::View, "view.present", QT_TRANSLATE_NOOP("Actions", "Back to the present"), "Ctrl+Home",
     QT_TRANSLATE_NOOP("Actions", "Leaves the past that is shown."), "-"},
    {ActionId::CopyName, Menu::Object, "object.copy-name", QT_TRANSLATE_NOOP("Actions", "Copy the name"), "Ctrl+Shift+N",
     QT_TRANSLATE_NOOP("Actions", "Copies the full name of the selected object."), "-"},
    {ActionId::CopyCommand, Menu::Object, "object.copy-command", QT_TRANSLATE_NOOP("Actions", "Copy as sanctl command"), "Ctrl+Shift+C",
     QT_TRANSLATE_NOOP("Actions", "Copies the command that shows the same, or that makes the draft."), "-"},
    {ActionId::Why, Menu::Object, "object.why", QT_TRANSLATE_NOOP("Actions", "Why"), "Ctrl+W",
     QT_TRANSLATE_NOOP("Actions", "Shows what of the selected object can be reached, and why."), "sanctl reach HOST LUN --why"},
    {ActionId::Trace, Menu::Object, "object.trace", QT_TRANSLATE_NOOP("Actions", "Trace in the topology"), "Ctrl+T",
     QT_TRANSLATE_NOOP("Actions", "Shows the selected object in the topology with what it is joined to."), "sanctl reaches HOST"},
    {ActionId::Undo, Menu::Draft, "draft.undo", QT_TRANSLATE_NOOP("Actions", "Undo"), "Ctrl+Z",
     QT_TRANSLATE_NOOP("Actions", "Takes back the last step of the draft."), "sanctl change drop ID EDIT"},
    {ActionId::Redo, Menu::Draft, "draft.redo", QT_TRANSLATE_NOOP("Actions", "Redo"), "Ctrl+Shift+Z",
     QT_TRANSLATE_NOOP("Actions", "Does the step of the draft again."), "-"},
    {ActionId::NewZone, Menu::Draft, "draft.new-zone", QT_TRANSLATE_NOOP("Actions", "New zone..."), "Ctrl+N",
     QT_TRANSLATE_NOOP("Actions", "Makes a zone of the selected initiators and targets."), "sanctl zone create NAME --member NODE"},
    {ActionId::NewZoneSet, Menu::Draft, "draft.new-set", QT_TRANSLATE_NOOP("Actions", "New zone set..."), "",
     QT_TRANSLATE_NOOP("Actions", "Makes a zone set."), "sanctl zone-set create NAME"},
    {ActionId::Rename, Menu::Draft, "draft.rename", QT_TRANSLATE_NOOP("Actions", "Rename..."), "F2",
     QT_TRANSLATE_NOOP("Actions", "Gives the selected object another name or alias."), "sanctl edit OBJECT name=NAME"},
    {ActionId::Delete, Menu::Draft, "draft.delete", QT_TRANSLATE_NOOP("Actions", "Delete from the SAN"), "Del",
     QT_TRANSLATE_NOOP("Actions", "Takes the selected objects out of the SAN, in the draft."), "sanctl zone delete NAME"},
    {ActionId::Submit, Menu::Draft, "draft.submit", QT_TRANSLATE_NOOP("Actions", "Submit the draft..."), "Ctrl+Return",
     QT_TRANSLATE_NOOP("Actions", "Puts the draft forward with a reason and a ticket."), "sanctl change submit ID --reason TEXT"},
    {ActionId::Approve, Menu::Draft, "draft.approve", QT_TRANSLATE_NOOP("Actions", "Approve"), "",
     QT_TRANSLATE_NOOP("Actions", "Approves the chosen change set with the effect that is shown."), "sanctl change approve ID"},
    {ActionId::Commit, Menu::Draft, "draft.commit", QT_TRANSLATE_NOOP("Actions", "Commit..."), "",
     QT_TRANSLATE_NOOP("Actions", "Lets the chosen change set take effect."), "sanctl change commit ID"},
    {ActionId::Confirm, Menu::Draft, "draft.confirm", QT_TRANSLATE_NOOP("Actions", "Confirm"), "",
     QT_TRANSLATE_NOOP("Actions", "Keeps what was committed: the confirm window ends."), "sanctl change confirm ID"},
    {ActionId::RollBack, Menu::Draft, "draft.roll-back", QT_TRANSLATE_NOOP("Actions", "Roll back..."), "",
     QT_TRANSLATE_NOOP("Actions", "Takes the chosen change set back by its inverse."), "sanctl change rollback ID"},
    {ActionId::Discard, Menu::Draft, "draft.discard", QT_TRANSLATE_NOOP("Actions", "Discard the draft"), "",
     QT_TRANSLATE_NOOP("Actions", "Forgets the draft. Undo does not bring it back."), "sanctl change discard ID"},
    {ActionId::Rebase, Menu::Draft, "draft.rebase", QT_TRANSLATE_NOOP("Actions", "Bring the draft onto the present SAN"), "",
     QT_TRANSLATE_NOOP("Actions", "Merges the draft with what others have changed meanwhile, and lists what differs."), "sanctl change merge ID"},
    {ActionId::CredentialNew, Menu::Object, "credential.new", QT_TRANSLATE_NOOP("Actions", "New credential..."), "Ctrl+Shift+K",
     QT_TRANSLATE_NOOP("Actions", "Makes a CHAP credential of an initiator, for a target or for all; the server makes its secret."), "sanctl chap add INITIATOR TARGET"},
    {ActionId::CredentialRotate, Menu::Object, "credential.rotate", QT_TRANSLATE_NOOP("Actions", "Change the secret..."), "",
     QT_TRANSLATE_NOOP("Actions", "Changes the secrets of the chosen credentials, each proven by a login before the old one ends."), "sanctl chap rotate CREDENTIAL"},
    {ActionId::CredentialCancel, Menu::Object, "credential.cancel", QT_TRANSLATE_NOOP("Actions", "Take the change of a secret back..."), "",
     QT_TRANSLATE_NOOP("Actions", "Keeps the old secret of the chosen credentials."), "sanctl chap cancel CREDENTIAL"},
    {ActionId::CredentialRetire, Menu::Object, "credential.retire", QT_TRANSLATE_NOOP("Actions", "Retire the credential..."), "",
     QT_TRANSLATE_NOOP("Actions", "Ends the chosen credentials: nobody gets in with them any more."), "sanctl chap retire CREDENTIAL"},
    {ActionId::CredentialBatch, Menu::Object, "credential.batch", QT_TRANSLATE_NOOP("Actions", "Change all secrets that are too old..."), "",
     QT_TRANSLATE_NOOP("Actions", "Changes many secrets, some at a time, up to the first failure."), "sanctl chap batch start --older-than TIME"},
    {ActionId::CredentialPause, Menu::Object, "credential.pause", QT_TRANSLATE_NOOP("Actions", "Pause or continue a batch"), "",
     QT_TRANSLATE_NOOP("Actions", "Begins no other secret of the chosen batch, or goes on with it."), "sanctl chap batch pause BATCH"},
    {ActionId::ActivityPause, Menu::View, "activity.pause", QT_TRANSLATE_NOOP("Actions", "Pause or continue the feed"), "Ctrl+Shift+P",
     QT_TRANSLATE_NOOP("Actions", "Holds back what happens, so that the list stays still, or shows what was held. Nothing is lost."), "sanctl watch"},
    {ActionId::ActivityHistory, Menu::Go, "activity.history", QT_TRANSLATE_NOOP("Actions", "Audit log"), "Ctrl+Shift+H",
     QT_TRANSLATE_NOOP("Actions", "Shows the records of the audit log: who did what to what, by which door, and why."), "sanctl audit log"},
    {ActionId::ActivityOlder, Menu::View, "activity.older", QT_TRANSLATE_NOOP("Actions", "Older records"), "",
     QT_TRANSLATE_NOOP("Actions", "Asks for the records of the audit log before the last one that is shown."), "sanctl audit log --to NUMBER"},
    {ActionId::ActivityCompare, Menu::Object, "activity.compare", QT_TRANSLATE_NOOP("Actions", "What changed then"), "Ctrl+D",
     QT_TRANSLATE_NOOP("Actions", "Compares the revision of the chosen line with the one before, object by object."), "sanctl diff FROM TO"},
    {ActionId::ActivityThen, Menu::Object, "activity.then", QT_TRANSLATE_NOOP("Actions", "Show it at that revision"), "Ctrl+Shift+R",
     QT_TRANSLATE_NOOP("Actions", "Shows the SAN as it was at the revision of the chosen line, with its object selected."), "sanctl show OBJECT --at REVISION"},
    {ActionId::ReportCsv, Menu::File, "report.csv", QT_TRANSLATE_NOOP("Actions", "Save the report as CSV..."), "Ctrl+E",
     QT_TRANSLATE_NOOP("Actions", "Saves the rows of the chosen report as a table. It is not signed."), "sanctl list KIND --output csv"},
    {ActionId::ReportJson, Menu::File, "report.json", QT_TRANSLATE_NOOP("Actions", "Save the report as JSON..."), "",
     QT_TRANSLATE_NOOP("Actions", "Saves the chosen report with its data cut and how complete it is. It is not signed."), "sanctl list KIND --output json"},
    {ActionId::ReportPdf, Menu::File, "report.pdf", QT_TRANSLATE_NOOP("Actions", "Download the report as PDF..."), "",
     QT_TRANSLATE_NOOP("Actions", "Lets the server make an evidence pack and saves the PDF in it."), "sanctl evidence create FILE"},
    {ActionId::ReportPack, Menu::File, "report.download", QT_TRANSLATE_NOOP("Actions", "Download an evidence pack..."), "Ctrl+Shift+E",
     QT_TRANSLATE_NOOP("Actions", "Lets the server make and sign a pack of the chosen data cut and scope, and saves it."), "sanctl evidence create FILE"},
    {ActionId::ReportVerify, Menu::File, "report.verify", QT_TRANSLATE_NOOP("Actions", "Verify an evidence pack..."), "Ctrl+Shift+V",
     QT_TRANSLATE_NOOP("Actions", "Checks a pack that is on this disk: whether it is intact, and by whose key it is signed."), "sanctl evidence verify FILE"},
    {ActionId::Import, Menu::File, "file.import", QT_TRANSLATE_NOOP("Actions", "Import..."), "Ctrl+I",
     QT_TRANSLATE_NOOP("Actions", "Shows a table, a document or a configuration row by row, and puts it into the draft."), "sanctl import FORMAT FILE"},
    {ActionId::Template, Menu::Draft, "draft.template", QT_TRANSLATE_NOOP("Actions", "Zone by a template..."), "Ctrl+Shift+M",
     QT_TRANSLATE_NOOP("Actions", "Zones hosts by pairs, clones or takes out a host, or replaces an HBA, with what it changes before anything is done."), "sanctl apply -f FILE"},
    {ActionId::Help, Menu::Help, "help.keys", QT_TRANSLATE_NOOP("Actions", "Actions and keys"), "F1",
     QT_TRANSLATE_NOOP("Actions", "Lists everything that can be done, with its key and its sanctl command."), "sanctl --help"},
    {ActionId::Quit, Menu::File, "file.quit", QT_TRANSLATE_NOOP("Actions", "Quit"), "Ctrl+Q",
     QT_TRANSLATE_NOOP("Actions", "Closes the console. The draft is kept."), "-"},
}};
// clang-format on

constexpr const ActionRow& rowOf(ActionId id) { return kActionTable[static_cast<std::size_t>(id)]; }

namespace detail {
constexpr bool actionTableIsInOrder() {
  for (std::size_t i = 0; i < kActions; ++i) {
    if (kActionTable[i].id != static_cast<ActionId>(i)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::actionTableIsInOrder());

}  // namespace console
