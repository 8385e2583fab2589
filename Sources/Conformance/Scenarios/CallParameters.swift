import Specification
import StrictJSON

/// The parameters of a call: those of a correct one, some of them changed or left out, or all of them replaced.
struct CallParameters {
    let standard: Template
    let method: String

    func template(_ fields: inout SpecFields) throws(SpecificationError) -> Template {
        let replacement = fields.optional("params")
        let changes = fields.optional("with")
        let removals = fields.optional("without")
        if let replacement {
            guard changes == nil, removals == nil else {
                throw replacement.error("`params` replaces everything, so it stands without `with` and `without`")
            }
            return try Template(replacement)
        }
        guard case .object(var members) = standard else { return standard }
        for name in try removals?.uniqueStrings("without") ?? [] {
            guard let index = members.firstIndex(where: { $0.isNamed(name) }) else {
                throw fields.node.error("\(method) has no parameter \(name) to leave out")
            }
            members.remove(at: index)
        }
        for entry in try changes?.entries("with") ?? [] {
            let member = Template.Member(key: [.literal(entry.key)], value: try Template(entry.value))
            if let index = members.firstIndex(where: { $0.isNamed(entry.key) }) {
                members[index] = member
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}

extension Template.Member {
    fileprivate func isNamed(_ name: String) -> Bool {
        if key.count == 1, case .literal(let literal) = key[0] { literal == name } else { false }
    }
}
