import Specification

/// A chapter of a report.
public struct ScenarioGroup: Sendable, Hashable {
    /// Its name in `*.scenarios.yaml`, such as `sandbox-1`.
    public let id: String
    /// The chapter's heading.
    public let title: String
    /// Whether the gateway itself runs these scenarios before it lets a merchant go live.
    public let isGatewaysOwn: Bool

    /// The document's `groups`, in the order in which a report has them.
    static func groups(_ node: SpecNode) throws(SpecificationError) -> [ScenarioGroup] {
        var groups: [ScenarioGroup] = []
        for entry in try node.entries("groups") {
            var fields = try entry.value.fields("the group \(entry.key)")
            groups.append(
                ScenarioGroup(
                    id: entry.key, title: try fields.requiredString("title"),
                    isGatewaysOwn: try fields.optionalBoolean("own") ?? false))
            try fields.finish()
        }
        return groups
    }
}
