import Foundation
import Payments
import TestSupport
import Testing

/// A shop and three gateways that play timelines: one call a line, what it is answered behind the arrow.
///
///     payme create a A          -> 1
///     payme create b A          -> orderBusy
///     clock +13h
///     payme create b A          -> 1
///
/// `payme` and `pix` hold an order from creation, `click` only once it is paid. `create` and `check` take an amount
/// (`amount=499999`) and the age of the gateway's own time (`age=13h`).
struct Timeline {
    let shop: TestStore
    private let tills: [String: Till]

    init(hooks: PaymentHooks = PaymentHooks(), targets: [String]? = nil) async throws {
        shop = try await TestStore(hooks: hooks, targets: targets)
        let service = shop.service
        tills = [
            "payme": .holding("payme", service), "pix": .holding("pix", service), "click": .loose("click", service),
        ]
        try await shop.add(.oneTime(id: "A", amount: Money(minor: 500_000, currency: .uzs)))
        try await shop.add(.oneTime(id: "B", amount: Money(minor: 500_000, currency: .uzs)))
        try await shop.add(.cumulative(id: "phone", currency: .uzs, minimum: 1_000, maximum: 9_000_000))
    }

    var payme: Till { tills["payme"]! }
    var click: Till { tills["click"]! }

    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let halves = line.components(separatedBy: "->").map { $0.trimmingCharacters(in: .whitespaces) }
            guard !halves[0].isEmpty else { continue }
            let told = try await carryOut(halves[0].split(separator: " ").map(String.init))
            // The clock never stands still between two calls, so that every stored time is its own.
            shop.clock.advance(milliseconds: 1)
            let expected = halves.count > 1 ? halves[1] : "done"
            #expect(told == expected, "line \(number + 1): \(line)", sourceLocation: sourceLocation)
        }
    }

    private func carryOut(_ words: [String]) async throws -> String {
        let plain = words.filter { !$0.contains("=") }
        let settings = Dictionary(
            words.filter { $0.contains("=") }.map { word in
                let halves = word.components(separatedBy: "=")
                return (halves[0], halves[1])
            }, uniquingKeysWith: { $1 })
        switch (plain[0], plain[1]) {
        case ("clock", let step):
            shop.clock.advance(milliseconds: milliseconds(step.dropFirst()))
            return "done"
        case ("job", "expire"):
            return String(try await shop.service.expireOverdue())
        case ("shop", "withdraw"):
            let now = shop.clock.now
            try await shop.execute(
                "UPDATE orders SET cancelled_at = $1 WHERE id = $2", [.integer(now), .text(plain[2])])
            return "done"
        case (let gateway, let verb):
            guard let till = tills[gateway] else { return "no such gateway" }
            return try await call(till, verb, Array(plain.dropFirst(2)), settings)
        }
    }

    private func call(
        _ till: Till, _ verb: String, _ words: [String], _ settings: [String: String]
    ) async throws -> String {
        let amount = settings["amount"].map { Int64($0) } ?? 500_000
        switch verb {
        case "check": return try await till.check(words[0], amount).told
        case "create":
            let time = shop.clock.now - milliseconds(settings["age", default: "0h"][...])
            return try await till.create(words[0], words[1], amount, time: time).told
        case "perform": return try await till.perform(words[0]).told
        case "take": return try await till.perform(words[0], ifTaken: .performAsDuplicate).told
        case "drop": return try await till.perform(words[0], ifTaken: .cancel(reason: 77)).told
        case "cancel":
            return try await till.cancel(words[0], reason: settings["reason"].flatMap { Int64($0) } ?? 5).told
        case "refund": return try await till.refund(words[0], Int64(words[1]) ?? 0).told
        case "show":
            guard let found = try await till.find(words[0]) else { return "none" }
            return "\(found.state.rawValue) reason \(found.reason.map(String.init) ?? "-") back \(found.refundedAmount)"
        default: return "no such verb"
        }
    }

    /// `13h`, `43200000ms`.
    private func milliseconds(_ text: Substring) -> Int64 {
        if text.hasSuffix("ms") { return Int64(text.dropLast(2)) ?? 0 }
        return (Int64(text.dropLast()) ?? 0) * 3_600_000
    }
}
