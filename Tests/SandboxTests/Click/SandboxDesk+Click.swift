import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox

extension SandboxDesk {
    var click: ClickSandbox {
        get throws {
            guard let click = site.click else { throw Refused(answer: "there is no Click") }
            return click
        }
    }

    /// Goes the way of a payer: the server's link, Click's page behind it, a purse.
    /// - Returns: the payment as Click holds it afterwards, and the page that the payer sees.
    func payByClick(
        _ order: String, _ purse: ClickPurse = .uzcard, conduct: ClickConduct? = nil
    ) async throws -> (receipt: ClickReceipt, page: String) {
        let link = try await get("/sandbox/click/checkout?lang=en&order=\(order)").location
        return try await payByClick(at: link, purse, conduct: conduct)
    }

    /// Pays behind a link of Click's.
    func payByClick(
        at link: String, _ purse: ClickPurse = .uzcard, conduct: ClickConduct? = nil
    ) async throws -> (receipt: ClickReceipt, page: String) {
        let form = try await get(link).text
        var fields = Self.hiddenFields(form)
        fields.append(("purse", purse.rawValue))
        fields.append(("conduct", conduct?.rawValue ?? Self.chosenConduct(form)))
        let outcome = try await post("/sandbox/click/pay", fields)
        let id = outcome.location.split(separator: "/").last.flatMap { Int64($0.prefix { $0 != "?" }) }
        guard let receipt = try await click.receipt(id ?? 0) else { throw Refused(answer: outcome.text) }
        return (receipt, try await get(outcome.location).text)
    }

    /// Presses a button of Click's cabinet.
    /// - Returns: the notice.
    func press(
        _ action: String, _ receipt: ClickReceipt, _ fields: [(String, String)] = []
    ) async throws -> String {
        let answer = try await post("/sandbox/click/payments/\(receipt.paydocID)/\(action)", fields)
        return answer.location.firstMatch(of: /notice=([a-z-]+)/).map { String($0.output.1) } ?? ""
    }

    func payment(_ receipt: ClickReceipt) async throws -> ClickReceipt? {
        try await click.receipt(receipt.paydocID)
    }

    /// What Click called and what it was answered, oldest first: `Complete -4`.
    var clickCalls: [String] {
        entries.filter { $0.direction == .click }.map { entry in
            let error = entry.answer.flatMap { try? JSONValue(parsing: $0) }?["error"]?.integerValue
            return "\(entry.title) \(error.map(String.init) ?? "?")"
        }
    }

    /// What the server asked Click's Merchant API for, oldest first.
    var apiCalls: [String] { entries.filter { $0.direction == .clickAPI }.map(\.title) }

    /// State, phase and reason of a transaction, as the merchant API has them.
    func transaction(_ id: Int64?) async throws -> String {
        let answer = try await MerchantClient(url: url, key: merchantKey).call(.GET, "/transactions/\(id ?? 0)")
        let phase = answer.body["phase"]?.stringValue.map { " " + $0 } ?? ""
        let reason = answer.body["reason"]?.integerValue.map { " because of \($0)" } ?? ""
        return (answer.body["state"]?.numberText ?? "HTTP \(answer.status)") + phase + reason
    }
}
