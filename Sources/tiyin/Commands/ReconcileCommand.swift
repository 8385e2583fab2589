import ArgumentParser
import NIOHTTP1
import Payments
import Server
import StrictJSON

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare payments with YooKassa's and the Pix bank's lists, and list what differs.",
        discussion: """
            The server compares by itself once a day, over three days, and takes over what it can. While one runs, this
            has it compare at once; without one it lists what the last comparison found. Status 2 says that something
            differs.
            """)

    @OptionGroup var settings: SettingsOptions
    @Flag(help: "List what is known, and compare nothing.") var list = false

    /// Where the server has what differs, and how the table calls the other side.
    private static let gateways = [
        (name: "YooKassa", path: "/payments/yookassa/differences", theirs: "YooKassa's"),
        (name: "Pix", path: "/pix/differences", theirs: "the bank's"),
    ]

    func run() async throws {
        let settings = try settings.load()
        let isListing = list
        let all: [Found?] = try await MerchantServer.orDatabase(settings) { store in
            let now = TimeSource.system.now
            return [
                Found(value: try await YooKassaDifferences.read(store), isCompared: false),
                Found(value: try await PixDifferences.read(store, at: now), isCompared: false),
            ]
        } overHTTP: { server in
            var all: [Found?] = []
            for gateway in Self.gateways {
                let answer = try await server.call(isListing ? .GET : .POST, gateway.path)
                guard answer.status != 404 else {
                    all.append(nil)
                    continue
                }
                guard answer.status == 200 || answer.status == 202 else { throw answer.complaint }
                all.append(Found(value: answer.body, isCompared: answer.status == 200 && !isListing))
            }
            guard all.contains(where: { $0 != nil }) else {
                throw SettingsError(
                    "the server has YooKassa and Pix off: set YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY, or PIX_KEY")
            }
            return all
        }
        var differs = false
        for (gateway, found) in zip(Self.gateways, all) {
            guard let found else { continue }
            let text = Self.text(
                found.value, of: gateway.theirs, isCompared: found.isCompared, wasAsked: !isListing)
            print("\(gateway.name)\n\n\(text)\n")
            if found.value["items"]?.arrayValue?.isEmpty == false { differs = true }
        }
        if differs { throw ExitCode(2) }
    }

    private struct Found: Sendable {
        let value: JSONValue
        let isCompared: Bool
    }

    static func text(_ found: JSONValue, of theirs: String, isCompared: Bool, wasAsked: Bool) -> String {
        var parts: [String] = []
        if isCompared, let compared = found["compared"] {
            func count(_ name: String) -> Int64 { compared[name]?.integerValue ?? 0 }
            let second = compared["charges"] == nil ? "refunds" : "charges"
            parts.append(
                "Compared \(count("payments")) payments and \(count(second)) \(second) of \(theirs); "
                    + "\(count("taken_over")) were taken over.")
        } else if wasAsked {
            parts.append("Not compared yet: this is what the last comparison found.")
        }
        let items = found["items"]?.arrayValue ?? []
        var table = TextTable(header: ["subject", "field", "ours", theirs, "found"])
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
