"""Files and folders that cannot be used."""

from deliberation.errors import N_, Conflict, Invalid


class UnreadableFile(Invalid):
    """A file that came in cannot be used. Facts: `file` (its name) and `problem` (what is wrong with it)."""

    code = "unreadable_file"
    message = N_("%(file)s: %(problem)s")


class UnreadableRow(UnreadableFile):
    """As above, with the row: 1 is the header, as a spreadsheet counts."""

    message = N_("%(file)s, row %(row)s: %(problem)s")


class UnwritableFolder(Conflict):
    code = "unwritable_folder"
    message = N_("%(folder)s: %(problem)s")


class ImportDiffers(Conflict):
    """The name belongs to a conversation that is not what is being imported."""

    code = "import_differs"
    message = N_("“%(slug)s” is already there and is not the same as what is in this folder. Choose another name with --slug.")
    field = "slug"


class LedgerUnreadable(Invalid):
    """A line of an exported ledger is none."""

    code = "ledger_unreadable"
    message = N_("%(file)s, line %(line)s: this is not a ledger entry (%(problem)s)")


class DemoNotAlone(Conflict):
    """The demo never mixes with a real installation."""

    code = "demo_not_alone"
    message = N_(
        "There is another municipality’s data here already. Give the demo a folder of its own: HIROBA_DATA_DIR=… hiroba demo"
    )
