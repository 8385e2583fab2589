import Pledg

/// Where payers' pages are. A token in such a path is a secret: it stands in no log.
struct PledgPaths: Sendable {
    /// What links begin with, without a slash at the end; nil: they are paths.
    let publicURL: String?

    static let leader = "/pledg/lead"
    static let pledger = "/pledg/share"
    /// Where gateways lead payers back to.
    static let back = "/pledg/back"

    func leader(_ token: String) -> String { "\(publicURL ?? "")\(Self.leader)/\(token)" }

    func pledger(_ token: String) -> String { "\(publicURL ?? "")\(Self.pledger)/\(token)" }

    func link(_ link: PledgMemberLink) -> String { link.isLeader ? leader(link.token) : pledger(link.token) }
}
