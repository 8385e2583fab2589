import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox
@testable import tiyin

extension SandboxDesk {
    /// Registers an order on the page.
    func addOrder(_ id: String, _ amount: String, description: String = "Something") async throws {
        let answer = try await post(
            "/sandbox/orders", [("id", id), ("amount", amount), ("description", description)])
        guard answer.location.contains("notice=ordered") else { throw Refused(answer: answer.text) }
    }

    struct Refused: Error {
        let answer: String
    }

    /// Goes the way of a payer: the server's link, the form behind it, the card, the code.
    /// - Returns: the receipt as Payme holds it afterwards, and the page that the payer sees.
    func pay(
        _ order: String, card: TestCard = .works, expiry: String = TestCard.expiry, code: String = TestCard.code,
        conduct: Conduct? = nil
    ) async throws -> (receipt: Receipt, page: String) {
        let link = try await get("/sandbox/checkout?lang=en&order=\(order)").location
        return try await pay(at: link, card: card, expiry: expiry, code: code, conduct: conduct)
    }

    /// Pays behind a link of Payme's.
    func pay(
        at link: String, card: TestCard = .works, expiry: String = TestCard.expiry, code: String = TestCard.code,
        conduct: Conduct? = nil
    ) async throws -> (receipt: Receipt, page: String) {
        let form = try await get(link).text
        var fields = Self.hiddenFields(form)
        fields += [("card", card.rawValue), ("expiry", expiry), ("code", code)]
        fields.append(("conduct", conduct?.rawValue ?? Self.chosenConduct(form)))
        let outcome = try await post("/sandbox/checkout", fields)
        let id = outcome.location.split(separator: "/").last.map { $0.prefix { $0 != "?" } } ?? ""
        guard let receipt = await site.payme.receipt(String(id)) else { throw Refused(answer: outcome.text) }
        return (receipt, try await get(outcome.location).text)
    }

    static func hiddenFields(_ form: String) -> [(String, String)] {
        form.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)">/).map {
            (unescaped($0.output.1), unescaped($0.output.2))
        }
    }

    static func chosenConduct(_ form: String) -> String {
        form.firstMatch(of: /<option value="([a-z_]*)" selected>/).map { String($0.output.1) } ?? ""
    }

    static func unescaped(_ text: Substring) -> String {
        var text = String(text)
        for (escape, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replacingOccurrences(of: escape, with: plain)
        }
        return text
    }

    /// What the merchant API says of an order.
    func status(_ order: String) async throws -> String {
        let answer = try await MerchantClient(url: url, key: merchantKey).call(.GET, "/orders/\(order)")
        return answer.body["status"]?.stringValue ?? "HTTP \(answer.status)"
    }

    /// The timeline, oldest first.
    var entries: [TimelineEntry] { site.timeline.newest(1_000).reversed() }

    /// The methods that Payme called, oldest first.
    var calls: [String] { entries.filter { $0.direction == .payme }.map(\.title) }

    /// The keys of what was said, oldest first.
    var said: [String] { entries.map(\.sentence.key) }

    /// Waits until something is so; the server's hooks and jobs work beside the test.
    func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
        // Long enough for a machine that does much else; whoever waits in vain fails in the end.
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
