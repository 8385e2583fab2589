import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox

extension SandboxDesk {
    var pix: PixDesk {
        get throws {
            guard let pix = site.pix else { throw Refused(answer: "there is no Pix") }
            return pix
        }
    }

    /// Makes a charge for an order by the button of the page.
    /// - Returns: the charge as the bank has it.
    @discardableResult
    func charge(_ order: String) async throws -> PixBankCharge {
        let answer = try await post("/sandbox/pix/charges", [("order", order), ("lang", "en")])
        guard answer.location.contains("notice=charged") else { throw Refused(answer: answer.location) }
        return try await bankCharge(order)
    }

    /// The newest of an order, as the bank has it; waits for it.
    func bankCharge(_ order: String) async throws -> PixBankCharge {
        let desk = try pix
        _ = try await eventually { desk.bank.charges.contains { desk.order(of: $0.txid) == order } }
        guard let charge = desk.bank.charges.last(where: { desk.order(of: $0.txid) == order }) else {
            throw Refused(answer: "the bank has no charge for \(order)")
        }
        return charge
    }

    /// Presses a button of the bank's section.
    /// - Returns: the notice.
    func pressPix(_ path: String, _ fields: [(String, String)] = []) async throws -> String {
        let answer = try await post("/sandbox/pix/" + path, fields)
        return answer.location.firstMatch(of: /notice=([a-z-]+)/).map { String($0.output.1) } ?? "\(answer.status)"
    }

    func payPix(_ charge: PixBankCharge, _ paying: PixPaying = .whole) async throws -> String {
        try await pressPix("charges/\(charge.txid)/pay", [("how", paying.rawValue)])
    }

    /// The payer's page of a charge, as a program sees it.
    func payerStatus(_ charge: PixBankCharge) async throws -> String {
        let page = try pix.charge(charge.txid)?.page ?? ""
        let answer = try await get(page, headers: [("accept", "application/json")])
        return try JSONValue(parsing: answer.text)["status"]?.stringValue ?? ""
    }

    /// Waits until an order stands so.
    func eventually(_ order: String, is status: String) async throws -> Bool {
        try await eventually { try await self.status(order) == status }
    }

    /// What the server asked the bank for, oldest first, without what it only looked at.
    var bankCalls: [String] {
        entries.filter { $0.direction == .pixBank && !$0.title.hasPrefix("GET") }.map(\.title)
    }
}
