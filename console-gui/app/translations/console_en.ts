<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>console</name>
    <message numerus="yes">
        <source>%n others</source>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>of %n cell(s)</source>
        <translation>
            <numerusform>of %n cell</numerusform>
            <numerusform>of %n cells</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n s</source>
        <translation>
            <numerusform>%n s</numerusform>
            <numerusform>%n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min</source>
        <translation>
            <numerusform>%n min</numerusform>
            <numerusform>%n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h</source>
        <translation>
            <numerusform>%n h</numerusform>
            <numerusform>%n h</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2, none works.</source>
        <translation>
            <numerusform>%n path from %1 to %2, it does not work.</numerusform>
            <numerusform>%n paths from %1 to %2, none works.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2; whether one works is not known.</source>
        <translation>
            <numerusform>%n path from %1 to %2; whether it works is not known.</numerusform>
            <numerusform>%n paths from %1 to %2; whether one works is not known.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n path(s) from %1 to %2, %3 of them work.</source>
        <translation>
            <numerusform>%n path from %1 to %2, %3 of them works.</numerusform>
            <numerusform>%n paths from %1 to %2, %3 of them work.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n %2</source>
        <translation>
            <numerusform>%1: %n %2</numerusform>
            <numerusform>%1: %n %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n members joined</source>
        <translation>
            <numerusform>%n member joined</numerusform>
            <numerusform>%n members joined</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new violations</source>
        <translation>
            <numerusform>%n new violation</numerusform>
            <numerusform>%n new violations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n worse</source>
        <translation>
            <numerusform>%n worse</numerusform>
            <numerusform>%n worse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cleared</source>
        <translation>
            <numerusform>%n cleared</numerusform>
            <numerusform>%n cleared</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n targets have no agent: whom they admit is not known</source>
        <translation>
            <numerusform>%n target has no agent: whom it admits is not known</numerusform>
            <numerusform>%n targets have no agent: whom they admit is not known</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n credential(s) are to be retired on the page Credentials: a draft does not end them.</source>
        <translation>
            <numerusform>%n credential is to be retired on the page Credentials: a draft does not end it.</numerusform>
            <numerusform>%n credentials are to be retired on the page Credentials: a draft does not end them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ways</source>
        <translation>
            <numerusform>%n way</numerusform>
            <numerusform>%n ways</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows are left out: narrow the scope</source>
        <translation>
            <numerusform>%n row is left out: narrow the scope</numerusform>
            <numerusform>%n rows are left out: narrow the scope</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>of %1 agents %n are silent: what they would report is not known</source>
        <translation>
            <numerusform>of %1 agents %n is silent: what it would report is not known</numerusform>
            <numerusform>of %1 agents %n are silent: what they would report is not known</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::AccessPage</name>
    <message numerus="yes">
        <source>Shared outside of a cluster: %n logical unit(s)</source>
        <translation>
            <numerusform>Shared outside of a cluster: %n logical unit</numerusform>
            <numerusform>Shared outside of a cluster: %n logical units</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ActivityPage</name>
    <message numerus="yes">
        <source>Go on (%n held)</source>
        <translation>
            <numerusform>Go on (%n held)</numerusform>
            <numerusform>Go on (%n held)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lines</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::CredentialsPage</name>
    <message numerus="yes">
        <source>%n credentials</source>
        <translation>
            <numerusform>%n credential</numerusform>
            <numerusform>%n credentials</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in need of somebody</source>
        <translation>
            <numerusform>%n in need of somebody</numerusform>
            <numerusform>%n in need of somebody</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n credentials are chosen</source>
        <translation>
            <numerusform>%n credential is chosen</numerusform>
            <numerusform>%n credentials are chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Why do all secrets change that are older than %n days?</source>
        <translation>
            <numerusform>Why do all secrets change that are older than %n day?</numerusform>
            <numerusform>Why do all secrets change that are older than %n days?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::DraftJournal</name>
    <message numerus="yes">
        <source>It has %n edits and was not submitted.</source>
        <translation>
            <numerusform>It has %n edit and was not submitted.</numerusform>
            <numerusform>It has %n edits and was not submitted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your draft of %n edits on %1 is lost</source>
        <translation>
            <numerusform>Your draft of %n edit on %1 is lost</numerusform>
            <numerusform>Your draft of %n edits on %1 is lost</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your draft of %n edits on %1 is put aside</source>
        <translation>
            <numerusform>Your draft of %n edit on %1 is put aside</numerusform>
            <numerusform>Your draft of %n edits on %1 is put aside</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It has %n edits. It is not known whether the draft before it was submitted: look at change set %1.</source>
        <translation>
            <numerusform>It has %n edit. It is not known whether the draft before it was submitted: look at change set %1.</numerusform>
            <numerusform>It has %n edits. It is not known whether the draft before it was submitted: look at change set %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It has %n edits. It is not known whether it was submitted, as change set %1. Submit it again: what has arrived is not submitted twice.</source>
        <translation>
            <numerusform>It has %n edit. It is not known whether it was submitted, as change set %1. Submit it again: what has arrived is not submitted twice.</numerusform>
            <numerusform>It has %n edits. It is not known whether it was submitted, as change set %1. Submit it again: what has arrived is not submitted twice.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::DraftPane</name>
    <message numerus="yes">
        <source>Draft: %n edits</source>
        <translation>
            <numerusform>Draft: %n edit</numerusform>
            <numerusform>Draft: %n edits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Others have changed %n objects that it touches.</source>
        <translation>
            <numerusform>Others have changed %n object that it touches.</numerusform>
            <numerusform>Others have changed %n objects that it touches.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::FilterLine</name>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::FindingTree</name>
    <message numerus="yes">
        <source>%n causes</source>
        <translation>
            <numerusform>%n cause</numerusform>
            <numerusform>%n causes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waived</source>
        <translation>
            <numerusform>%n waived</numerusform>
            <numerusform>%n waived</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::FindingsPage</name>
    <message numerus="yes">
        <source>%n rules</source>
        <translation>
            <numerusform>%n rule</numerusform>
            <numerusform>%n rules</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nothing that is so: %n findings are hidden by the severity, the state, the rule, the words or the filter of all pages.</source>
        <translation>
            <numerusform>Nothing that is so: %n finding is hidden by the severity, the state, the rule, the words or the filter of all pages.</numerusform>
            <numerusform>Nothing that is so: %n findings are hidden by the severity, the state, the rule, the words or the filter of all pages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ImportModel</name>
    <message numerus="yes">
        <source>%n row(s) are wrong: mend them, or leave them out by their tick.</source>
        <translation>
            <numerusform>%n row is wrong: mend it, or leave it out by its tick.</numerusform>
            <numerusform>%n rows are wrong: mend them, or leave them out by their tick.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Changes %n field(s)</source>
        <translation>
            <numerusform>Changes %n field</numerusform>
            <numerusform>Changes %n fields</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ImportWindow</name>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n wrong</numerusform>
            <numerusform>%n wrong</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n so already</source>
        <translation>
            <numerusform>%n so already</numerusform>
            <numerusform>%n so already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <translation>
            <numerusform>%n left out</numerusform>
            <numerusform>%n left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::Inspector</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::LabelWindow</name>
    <message numerus="yes">
        <source>%n label(s)</source>
        <translation>
            <numerusform>%n label</numerusform>
            <numerusform>%n labels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::MainWindow</name>
    <message numerus="yes">
        <source>Draft: %n edits</source>
        <translation>
            <numerusform>Draft: %n edit</numerusform>
            <numerusform>Draft: %n edits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n objects</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ObjectWindow</name>
    <message numerus="yes">
        <source>%n field(s) cannot be so.</source>
        <translation>
            <numerusform>%n field cannot be so.</numerusform>
            <numerusform>%n fields cannot be so.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::OmniboxModel</name>
    <message numerus="yes">
        <source>%n object(s) meet it</source>
        <translation>
            <numerusform>%n object meets it</numerusform>
            <numerusform>%n objects meet it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::OverviewPage</name>
    <message numerus="yes">
        <source>All %n agents report</source>
        <translation>
            <numerusform>The one agent reports (%n)</numerusform>
            <numerusform>All %n agents report</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n foreign targets</source>
        <translation>
            <numerusform>%n foreign target</numerusform>
            <numerusform>%n foreign targets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n targets</source>
        <translation>
            <numerusform>%n target</numerusform>
            <numerusform>%n targets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n agents</source>
        <translation>
            <numerusform>%n agent</numerusform>
            <numerusform>%n agents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n agents reported then</source>
        <translation>
            <numerusform>The one agent reported then (%n)</numerusform>
            <numerusform>All %n agents reported then</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::PutBar</name>
    <message numerus="yes">
        <source>%n edit(s), as one step of the draft.</source>
        <translation>
            <numerusform>%n edit, as one step of the draft.</numerusform>
            <numerusform>%n edits, as one step of the draft.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::Rail</name>
    <message numerus="yes">
        <source>%1, %n waiting</source>
        <translation>
            <numerusform>%1, %n waiting</numerusform>
            <numerusform>%1, %n waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ReportsPage</name>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n, and every SHA-256 fits</source>
        <translation>
            <numerusform>%n, and every SHA-256 fits</numerusform>
            <numerusform>%n, and every SHA-256 fits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::RotationList</name>
    <message numerus="yes">
        <source>%n secrets are being changed</source>
        <translation>
            <numerusform>%n secret is being changed</numerusform>
            <numerusform>%n secrets are being changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::TemplateWindow</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::WhyPanel</name>
    <message numerus="yes">
        <source>changes %n object(s)</source>
        <translation>
            <numerusform>changes %n object</numerusform>
            <numerusform>changes %n objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other node(s) are concerned</source>
        <translation>
            <numerusform>%n other node is concerned</numerusform>
            <numerusform>%n other nodes are concerned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more path(s) are not shown.</source>
        <translation>
            <numerusform>%n more path is not shown.</numerusform>
            <numerusform>%n more paths are not shown.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>console::ZoningPage</name>
    <message numerus="yes">
        <source>Take away %n objects</source>
        <translation>
            <numerusform>Take away %n object</numerusform>
            <numerusform>Take away %n objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Put %n zones into %1</source>
        <translation>
            <numerusform>Put %n zone into %1</numerusform>
            <numerusform>Put %n zones into %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n members</source>
        <translation>
            <numerusform>%n member</numerusform>
            <numerusform>%n members</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n edits were left out, as others have changed the same</source>
        <translation>
            <numerusform>%n edit was left out, as others have changed the same</numerusform>
            <numerusform>%n edits were left out, as others have changed the same</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make %n hosts the cluster %1</source>
        <translation>
            <numerusform>Make %n host the cluster %1</numerusform>
            <numerusform>Make %n hosts the cluster %1</numerusform>
        </translation>
    </message>
</context>
</TS>
