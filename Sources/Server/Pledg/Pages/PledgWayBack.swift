import Foundation
import HTTPTypes
import Hummingbird
import Pledg

/// How a payer's browser gets back to his page, from the page of this server where he pays or to which a gateway leads
/// him: by a cookie for that page alone. His link is a secret, and so it stands in no address, no log and no row, and
/// whoever is shown that page does not get it.
///
/// Source: pledg.md 7
struct PledgWayBack: Sendable, Hashable {
    var kind: PledgPages.Kind
    var token: String
    var language: PledgLanguage

    private static let name = "tiyin_group"
    /// How long a browser keeps it, seconds.
    private static let seconds = 172_800

    init(_ kind: PledgPages.Kind, _ token: String, _ language: PledgLanguage) {
        self.kind = kind
        self.token = token
        self.language = language
    }

    /// Of the headers of a request; nil: he does not come from a group's page, or not with this browser.
    init?(_ headers: HTTPFields) {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let halves = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard halves.count == 2, halves[0] == Self.name else { continue }
                let parts = halves[1].split(separator: ".", omittingEmptySubsequences: false)
                guard parts.count == 3, let kind = PledgPages.Kind(rawValue: String(parts[0])),
                    PledgPages.isToken(String(parts[1])), let language = PledgLanguage(rawValue: String(parts[2]))
                else { continue }
                self.init(kind, String(parts[1]), language)
                return
            }
        }
        return nil
    }

    /// - Parameters:
    ///   - path: of the page where he pays, as browsers see it.
    ///   - isSecure: whether it is seen by TLS alone.
    func cookie(path: String, isSecure: Bool) -> String {
        "\(Self.name)=\(kind.rawValue).\(token).\(language.rawValue); Path=\(path); Max-Age=\(Self.seconds); HttpOnly; "
            + "SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    /// - Parameter base: what the group's pages begin with, from where the link stands.
    func link(from base: String) -> String { "\(base)\(kind.path)/\(token)?lang=\(language.rawValue)" }
}

extension PledgPages {
    /// The cookie for a page of this server, at a path of its own or at an address; nil: browsers would not send it
    /// there.
    ///
    /// - Parameter returnURL: to which a gateway elsewhere leads him; nil: nobody knows any more.
    func wayBack(_ call: Call, to page: PledgCheckout, returnURL: String? = nil) -> String? {
        let way = PledgWayBack(call.place.kind, call.token, call.place.language)
        let home = publicURL.flatMap { URLComponents(string: $0) }
        switch page {
        case .here(let path): return way.cookie(path: (home?.path ?? "") + path, isSecure: home?.scheme == "https")
        case .ours(let address):
            guard let home, let there = URLComponents(string: address), there.host == home.host else { return nil }
            return way.cookie(path: there.path, isSecure: home.scheme == "https" && there.scheme == "https")
        case .elsewhere:
            guard let there = returnURL.flatMap({ URLComponents(string: $0) }) else { return nil }
            return way.cookie(path: there.path, isSecure: there.scheme == "https")
        case .later, .refused, .underWay: return nil
        }
    }
}
