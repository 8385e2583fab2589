import Foundation
import HTTPTypes
import Hummingbird
import Payments
import Pledg

extension PledgPages {
    /// The page again, with why it was not done.
    ///
    /// - Parameters:
    ///   - text: the address, or number, that it is about.
    ///   - payer: see ``PledgPageMaker``.
    func refuse(
        _ call: Call, _ refusal: PledgRefusal, text: String = "", entry: PledgPageMaker.LeaderEntry = .init(),
        payer: String? = nil
    ) async throws -> Response {
        if case .link = refusal { throw Miss.link }
        let currency = try await gateway.leaderView(call.token)?.amount.currency
        let (key, values, status) = reason(refusal, text, currency, call.place.language)
        var payer = payer
        if case .address = refusal {} else { payer = nil }
        return try await page(call, error(key, call, values), status, entry: entry, payer: payer)
    }

    private typealias Reason = (key: String, values: [String: String], status: HTTPResponse.Status)

    private func reason(
        _ refusal: PledgRefusal, _ text: String, _ currency: Currency?, _ language: PledgLanguage
    ) -> Reason {
        switch refusal {
        case .address(let error): addressReason(error, text)
        case .split(let error): splitReason(error, currency, language)
        case .noGateway: ("gateway", [:], .unprocessableContent)
        case .tooLate: ("late", [:], .conflict)
        case .underWay: ("underway", [:], .conflict)
        case .paid: ("paid", [:], .conflict)
        case .member: ("member", [:], .conflict)
        case .order: ("begin", [:], .conflict)
        default: ("phase", [:], .conflict)
        }
    }

    private func addressReason(_ error: PledgAddressError, _ text: String) -> Reason {
        let written = text.trimmingCharacters(in: .whitespaces)
        var values = ["text": PledgWords.harmless(written, maximum: 80)]
        let key: String
        switch error {
        case .empty: key = "empty"
        case .characters: key = "characters"
        case .at: key = "at"
        case .local: key = "local"
        case .domain: key = "domain"
        case .length(let maximum):
            key = "length"
            values["count"] = "\(maximum)"
        case .duplicate: key = "duplicate"
        }
        return (key, values, .unprocessableContent)
    }

    private func splitReason(_ error: PledgSplitError, _ currency: Currency?, _ language: PledgLanguage) -> Reason {
        func amount(_ minor: Int64) -> String {
            currency.map { PledgWords.amount(Money(minor: minor, currency: $0), language) } ?? "\(minor)"
        }
        switch error {
        case .sum(let difference) where difference > 0:
            return ("excess", ["amount": amount(difference)], .unprocessableContent)
        case .sum(let difference):
            return ("missing", ["amount": amount(difference == .min ? .max : -difference)], .unprocessableContent)
        case .tooSmall(_, let small, let least):
            return ("small", ["amount": amount(small), "least": amount(least)], .unprocessableContent)
        case .members(let maximum): return ("members", ["count": "\(maximum)"], .unprocessableContent)
        case .weights, .count, .amount:
            return ("weights", ["count": "\(PledgMembersEntry.weightMaximum)"], .unprocessableContent)
        }
    }
}
