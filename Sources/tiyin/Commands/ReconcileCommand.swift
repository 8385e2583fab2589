import ArgumentParser
import NIOHTTP1
import Server
import StrictJSON

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare payments and refunds with YooKassa's lists, and list what differs.",
        discussion: """
            The server compares by itself once a day, over three days, and takes over what it can. While one runs, this
            has it compare at once; without one it lists what the last comparison found. Status 2 says that something
            differs.
            """)

    @OptionGroup var settings: SettingsOptions
    @Flag(help: "List what is known, and compare nothing.") var list = false

    func run() async throws {
        let settings = try settings.load()
        let isListing = list
        let (found, isCompared) = try await MerchantServer.orDatabase(settings) { store in
            (try await YooKassaDifferences.read(store), false)
        } overHTTP: { server in
            let answer = try await server.call(isListing ? .GET : .POST, "/payments/yookassa/differences")
            if answer.status == 404 {
                throw SettingsError("the server has YooKassa off: set YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY")
            }
            guard answer.status == 200 || answer.status == 202 else { throw answer.complaint }
            return (answer.body, answer.status == 200 && !isListing)
        }
        print(Self.text(found, isCompared: isCompared, wasAsked: !isListing))
        if found["items"]?.arrayValue?.isEmpty == false { throw ExitCode(2) }
    }

    static func text(_ found: JSONValue, isCompared: Bool, wasAsked: Bool) -> String {
        var parts: [String] = []
        if isCompared, let compared = found["compared"] {
            func count(_ name: String) -> Int64 { compared[name]?.integerValue ?? 0 }
            parts.append(
                "Compared \(count("payments")) payments and \(count("refunds")) refunds of YooKassa's; "
                    + "\(count("taken_over")) were taken over.")
        } else if wasAsked {
            parts.append("Not compared yet: this is what the last comparison found.")
        }
        let items = found["items"]?.arrayValue ?? []
        var table = TextTable(header: ["subject", "field", "ours", "YooKassa's", "found"])
        for item in items {
            table.rows.append([
                word(item["subject"]), word(item["field"]), word(item["ours"]), word(item["theirs"]),
                item["found_at"]?.integerValue.map(Moment.text) ?? "",
            ])
        }
        parts.append(items.isEmpty ? "No differences." : table.text)
        let notes = found["anomalies"]?.arrayValue ?? []
        if !notes.isEmpty {
            var table = TextTable(header: ["look at", "subject", "what", "times", "last"], numeric: [3])
            for note in notes {
                table.rows.append([
                    word(note["kind"]), word(note["subject"]), word(note["detail"]),
                    String(note["count"]?.integerValue ?? 0), note["last_at"]?.integerValue.map(Moment.text) ?? "",
                ])
            }
            parts.append(table.text)
        }
        return parts.joined(separator: "\n\n")
    }

    private static func word(_ value: JSONValue?) -> String { value?.stringValue ?? "missing" }
}
