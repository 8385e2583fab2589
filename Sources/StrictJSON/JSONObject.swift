/// The members of a JSON object, in their order, each key once.
///
/// Keys are the same when Swift says that the strings are: RFC 8259 would let `é` in its two Unicode spellings stand
/// beside each other, but no Swift program could tell them apart.
///
/// Lookup walks the members, which for the handful that a message has is faster than hashing. Code that looks up
/// every key of a large object should build a dictionary.
public struct JSONObject: Sendable {
    /// The members, keys unique. Only this target may break and must keep that.
    var members: [Element]

    /// An object without members.
    public init() {
        members = []
    }

    /// Members that are known to have distinct keys.
    init(verified members: [Element]) {
        self.members = members
    }

    /// Members given as a literal. Traps if a key occurs twice.
    init(uniqueMembers elements: [(String, JSONValue)]) {
        var keys = KeyCheck()
        members = []
        members.reserveCapacity(elements.count)
        for (key, value) in elements {
            precondition(!keys.isDuplicate(key, of: members), "A JSON object literal has the key \"\(key)\" twice")
            members.append((key: key, value: value))
        }
    }

    /// The keys, in the order of the members.
    public var keys: [String] {
        members.map(\.key)
    }

    /// The value of a member, or nil if there is none.
    ///
    /// Setting replaces the value in its place, or appends a member; setting nil removes the member. JSON's `null` is
    /// `JSONValue.null`, not nil.
    public subscript(key: String) -> JSONValue? {
        get {
            for member in members where member.key == key { return member.value }
            return nil
        }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// A member: its key, unescaped, and its value.
    public typealias Element = (key: String, value: JSONValue)

    /// Always 0.
    public var startIndex: Int { 0 }

    /// The number of members.
    public var endIndex: Int { members.count }

    /// The member at a position.
    public subscript(position: Int) -> Element { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object, its members in the order written. Traps if a key occurs twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(uniqueMembers: elements)
    }
}
