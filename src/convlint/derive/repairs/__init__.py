"""What would be right instead: searched here, and tried before anybody proposes it. Rules put it into words."""
