import Foundation
import NIOHTTP1
import StrictJSON
import TestSupport

@testable import Sandbox

extension SandboxDesk {
    var groups: GroupDesk {
        get throws {
            guard let groups = site.groups else { throw Refused(answer: "there are no groups") }
            return groups
        }
    }

    /// Presses a button of the section of groups.
    /// - Returns: the notice, or the status.
    func pressGroup(_ path: String, _ fields: [(String, String)] = []) async throws -> String {
        let answer = try await post("/sandbox/groups" + path, fields)
        return answer.location.firstMatch(of: /notice=([a-z-]+)/).map { String($0.output.1) } ?? "\(answer.status)"
    }

    /// What stands in the form at first, with other values where some are given.
    static func groupForm(_ other: [String: String] = [:]) -> [(String, String)] {
        let usual = [
            "title": "Cabin", "amount": "90000.00", "currency": "UZS", "organiser": "leader@example.com",
            "plan": "leader_covers", "lang": "en",
        ]
        return usual.merging(other) { $1 }.sorted { $0.key < $1.key }
    }

    /// Makes a purchase on the page, and names the others on its leader's page.
    func makeGroup(
        _ other: [String: String] = [:], friends: [String] = ["ann@example.com", "bob@example.com", "cyd@example.com"]
    ) async throws -> ShopPurchase {
        let notice = try await pressGroup("", Self.groupForm(other))
        guard notice == "grouped" else { throw Refused(answer: notice) }
        let made = try await newestGroup()
        let fields = [("split", "equal"), ("number", "")] + friends.flatMap { [("email", $0), ("number", "")] }
        let answer = try await submit(made.page, "members", fields + [("do", "save")])
        guard answer.location.contains("said=members") else { throw Refused(answer: answer.text) }
        return try await newestGroup()
    }

    func newestGroup() async throws -> ShopPurchase {
        guard let newest = try await groups.purchases(by: site.shop).first else {
            throw Refused(answer: "there is no purchase")
        }
        return newest
    }

    /// Sends a form of a group's page, with the seal that the page has.
    func submit(_ page: String, _ action: String, _ fields: [(String, String)]) async throws -> Answer {
        let form = try await get(page + "?lang=en").text
        let seal = Self.hiddenFields(form).first { $0.0 == "seal" }?.1 ?? ""
        return try await post("\(page)/\(action)?lang=en", [("seal", seal)] + fields)
    }

    /// Pays on a group's page, the leader's or a friend's, by the gateway that he chooses there.
    func payGroup(_ page: String, by gateway: String) async throws {
        let answer = try await submit(page, "pay", [("gateway", gateway)])
        guard gateway != "pix" else {
            guard answer.location.contains("/payments/pix/") else { throw Refused(answer: answer.text) }
            let page = try await get("/" + answer.location.replacingOccurrences(of: "../", with: "")).text
            guard let charge = try pix.bank.charges.last(where: { page.contains($0.copyAndPaste) }) else {
                throw Refused(answer: "the bank has no such charge")
            }
            _ = try await payPix(charge)
            return
        }
        guard let link = answer.text.firstMatch(of: /id="go"[^>]*href="([^"]*)"/)?.output.1 else {
            throw Refused(answer: answer.text)
        }
        let path = ShopClient.path(Self.unescaped(link))
        switch gateway {
        case "payme": _ = try await pay(at: path)
        case "click": _ = try await payByClick(at: path)
        default: try await confirm(path)
        }
    }

    /// What lies in somebody's box, oldest first.
    func mails(to address: String) throws -> [SandboxMail] {
        try groups.mailbox.newest(200).reversed().map(\.mail).filter { $0.to == address }
    }

    /// The page behind the newest link in somebody's box.
    func linkedPage(of address: String) async throws -> String {
        _ = try await eventually { try self.mails(to: address).contains { $0.link != nil } }
        guard let link = try mails(to: address).last(where: { $0.link != nil })?.link else {
            throw Refused(answer: "\(address) has no link")
        }
        return String(link.prefix { $0 != "?" })
    }

    /// What the shop was told by webhooks, oldest first.
    var webhooks: [String] { entries.filter { $0.direction == .webhook }.map(\.title) }

    func becomes(_ state: String) async throws -> Bool {
        try await eventually { try await self.newestGroup().state == state }
    }

    /// The leader pays, two friends do by different gateways, one does not, and 48 hours pass.
    @discardableResult
    func storyOfAGroup(_ other: [String: String] = [:], leader: String = "click") async throws -> ShopPurchase {
        let made = try await makeGroup(other)
        try await payGroup(made.page, by: leader)
        try await payGroup(try await linkedPage(of: "ann@example.com"), by: "payme")
        try await payGroup(try await linkedPage(of: "bob@example.com"), by: "click")
        _ = try await linkedPage(of: "cyd@example.com")
        guard try await pressGroup("/clock", [("hours", "48")]) == "hours-later", try await becomes("FAILED") else {
            throw Refused(answer: "it has not failed")
        }
        return try await newestGroup()
    }
}
