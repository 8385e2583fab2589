import Conformance
import NIOHTTP1
import StrictJSON

/// What a run of the suite for Pix needs: open charges, and a bank that the server can ask.
struct PixSuite: Sendable {
    let configuration: SandboxConfiguration
    let clock: SandboxClock
    let desk: PixDesk

    /// What the charges of a run cost, centavos.
    static let amount: Int64 = 15_010

    /// Why there is no run.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    /// Makes as many charges as a whole run takes. While it runs, its own bank answers for them.
    /// - Throws: ``Refusal`` if the server makes none.
    func complete(_ settings: ConformanceConfiguration) async throws -> ConformanceConfiguration {
        var settings = settings
        settings.orders = ["a"]
        let count = try ConformanceRun(settings).ordersNeeded
        settings.orders = []
        let run = String(UInt32.random(in: 1 ... .max), radix: 36)
        for number in 1...count {
            // Half of what the bank takes in a minute is left for what comes then.
            if number.isMultiple(of: 20) { clock.advance(milliseconds: 61_000) }
            settings.orders.append(try await charge("\(configuration.suitePrefix)pix-\(run)-\(number)"))
        }
        // A charge of this age is looked at every few minutes, no more every few seconds.
        clock.advance(milliseconds: 16 * 60_000)
        let (bank, txids) = (desk.bank, Set(settings.orders))
        settings.onBankServed = { bank.setStandIn(PixBankStandIn(url: $0, txids: txids)) }
        return settings
    }

    /// - Returns: its txid.
    private func charge(_ order: String) async throws -> String {
        let sum = Amount(centavos: Self.amount)
        let body: JSONValue = [
            "id": .string(order), "amount": ["value": .string(sum.decimal), "currency": .string(sum.currency)],
        ]
        _ = try await send("/orders", body)
        let answer = await desk.making(order) {
            try? await send(
                "/payments/pix",
                ["amount": .string(sum.decimal), "order_id": .string(order), "expiry": .integer(86_400)])
        }
        guard let txid = answer?["payment"]?["txid"]?.stringValue else {
            throw Refusal(description: "The server makes no charge for \(order).")
        }
        desk.note(txid, order: order, page: nil, transaction: nil)
        return txid
    }

    private func send(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        let answer = await WireClient().send(
            .POST, configuration.url + path, authorization: "Bearer \(configuration.merchantKey)",
            body: body.serialized())
        guard let status = answer.status, (200..<300).contains(status) else {
            throw Refusal(description: "The server answers \(answer.status ?? 0) to POST \(path): \(answer.text)")
        }
        return try JSONValue(parsing: answer.bytes)
    }
}
